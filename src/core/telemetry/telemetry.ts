import type { Logger } from './logger.ts'

export interface TelemetryOptions {
  /** OTLP over gRPC, for example http://localhost:4317. Undefined: no SDK is loaded and every span is a no-op. */
  readonly endpoint: string | undefined
  readonly role: string
  readonly version: string
  readonly logger: Logger
}

/** How long a shutdown waits for the last spans to leave. */
const flushTimeoutMs = 3_000

/**
 * Registers the OpenTelemetry SDK for this process: traces and metrics, manual spans only (auto-instrumentation alone
 * would cost more memory than a role may use). Disposing flushes what is pending.
 */
export async function startTelemetry({
  endpoint,
  role,
  version,
  logger,
}: TelemetryOptions): Promise<AsyncDisposable> {
  if (endpoint === undefined) return { [Symbol.asyncDispose]: async () => {} }
  const sdk = await createSdk(endpoint, role, version)
  sdk.start()
  return {
    async [Symbol.asyncDispose]() {
      const flushed = await Promise.race([sdk.shutdown().then(() => true), expire(flushTimeoutMs)])
      if (!flushed) logger.warn('telemetry was not flushed in time', { flushTimeoutMs })
    },
  }
}

/** Imported here and not at the top: the SDK and gRPC take about 50 MB that a process without a collector keeps. */
async function createSdk(endpoint: string, role: string, version: string) {
  const [
    { NodeSDK },
    { OTLPTraceExporter },
    { OTLPMetricExporter },
    { PeriodicExportingMetricReader },
    resources,
  ] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-grpc'),
    import('@opentelemetry/exporter-metrics-otlp-grpc'),
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/resources'),
  ])
  return new NodeSDK({
    autoDetectResources: false,
    resource: resources.resourceFromAttributes({
      'service.name': `companions-${role}`,
      'service.namespace': 'companions',
      'service.version': version,
    }),
    traceExporter: new OTLPTraceExporter({ url: endpoint }),
    metricReaders: [
      new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ url: endpoint }) }),
    ],
    instrumentations: [],
  })
}

function expire(timeoutMs: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(resolve, timeoutMs, false).unref()
  })
}
