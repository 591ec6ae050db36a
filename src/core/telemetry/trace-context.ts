import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'

/**
 * W3C trace context across processes. Without a registered SDK all of this is a no-op: no headers, no spans.
 * https://www.w3.org/TR/trace-context/
 */

const tracer = trace.getTracer('companions')

/** `traceparent` and `tracestate` of the active span, for bus headers and inference calls. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {}
  propagation.inject(context.active(), headers)
  return headers
}

export interface SpanOptions {
  /** Headers that arrived with a message; the span becomes a child of the sender's. */
  readonly parentHeaders?: Readonly<Record<string, string>>
  readonly kind?: SpanKind
  /** Low-cardinality facts. Never words that people said, never user names. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
}

/** Runs `work` inside a span that ends with it; a rejection marks the span as failed with the error's name only. */
export async function inSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const { parentHeaders, kind = SpanKind.INTERNAL, attributes = {} } = options
  const parent = parentHeaders ? propagation.extract(context.active(), parentHeaders) : context.active()
  return await tracer.startActiveSpan(name, { kind, attributes }, parent, async (span) => {
    try {
      return await work(span)
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR })
      span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown')
      throw error
    } finally {
      span.end()
    }
  })
}
