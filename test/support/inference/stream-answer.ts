import type { ServerResponse } from 'node:http'
import type { Pacer } from './pacer.ts'
import type { Fault } from './plan.ts'
import { epochMs, type InferenceRequest, type RequestLog } from './request-log.ts'

export interface StreamAnswer {
  readonly response: ServerResponse
  readonly request: InferenceRequest
  readonly log: RequestLog
  readonly pacer: Pacer
  readonly firstByteMs: number
  readonly intervalMs: number
  readonly fault: Fault | undefined
  readonly headers: Record<string, string>
  /** Written with the headers, before the first piece. */
  readonly preamble?: string | Uint8Array
  /** Asked for when each piece is due. */
  readonly pieces: Iterator<string | Uint8Array>
  readonly epilogue?: string
  /** From the epilogue to the end of the body. */
  readonly lingerMs?: number
}

/** Sends pieces on absolute deadlines; a fault takes effect after its number of pieces. */
export function streamAnswer(answer: StreamAnswer): void {
  const { response, request, log, pacer, intervalMs, fault, pieces } = answer
  const startAt = performance.now() + answer.firstByteMs
  let callOff = pacer.at(startAt, begin)
  response.on('close', () => callOff())

  function begin() {
    request.firstByteAt = epochMs()
    response.writeHead(200, answer.headers)
    if (answer.preamble !== undefined) response.write(answer.preamble)
    else response.flushHeaders()
    sendDue()
  }

  function sendDue() {
    for (;;) {
      if (strikes(fault, request.sent)) return strike(fault, answer)
      const piece = pieces.next()
      if (piece.done) return finish()
      response.write(piece.value)
      request.sent += 1
      const nextAt = startAt + request.sent * intervalMs
      if (intervalMs > 0 && nextAt > performance.now()) {
        callOff = pacer.at(nextAt, sendDue)
        return
      }
    }
  }

  function finish() {
    const { epilogue = '', lingerMs } = answer
    if (lingerMs === undefined) response.end(epilogue)
    else {
      response.write(epilogue)
      callOff = pacer.at(performance.now() + lingerMs, () => response.end())
    }
    log.changed()
  }
}

type StreamFault = Exclude<Fault, { type: 'status' | 'silent' | 'body' | 'raw' }>

function strikes(fault: Fault | undefined, sent: number): fault is StreamFault & { after: number } {
  return fault !== undefined && 'after' in fault && fault.after === sent
}

function strike(fault: StreamFault, { response, log }: StreamAnswer): void {
  // What was written before must arrive before the connection goes.
  if (fault.type === 'reset') response.write('', () => response.socket?.resetAndDestroy())
  if (fault.type === 'cut') response.write('', () => response.socket?.destroySoon())
  if (fault.type === 'end-early') response.end()
  if (fault.type === 'error-event') response.end('data: {"error":{"message":"engine died","code":500}}\n\n')
  log.changed()
}
