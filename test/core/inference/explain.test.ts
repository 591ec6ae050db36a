import { describe, expect, test } from 'vitest'
import { InferenceError } from '#core/inference/errors.ts'
import { explainToOperator, explainToPerson } from '#core/inference/explain.ts'
import { faultsOf } from '#core/inference/faults.ts'

const faults = faultsOf('llm', 'http://llm.lab:8000/llm')
const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
const status = (code: number, retryAfterMs?: number) =>
  faults.status({ status: code, retryAfterMs, detail: undefined })

describe('people read what happened, what it means and what to do', () => {
  test.each([
    [
      faults.connection(refused),
      "I can't think right now: the language model at llm.lab:8000 doesn't answer. Try again in a minute.",
    ],
    [
      faults.timeout('first-byte', 15_000),
      "I can't think right now: the language model at llm.lab:8000 takes too long. Try again in a minute.",
    ],
    [
      status(503, 2_000),
      "I can't think right now: the language model at llm.lab:8000 is busy. Try again in 2 seconds.",
    ],
    [
      status(429),
      "I can't think right now: the language model at llm.lab:8000 is busy. Try again in a minute.",
    ],
    [
      faults.breakerOpen(800),
      "I can't think right now: the language model at llm.lab:8000 doesn't answer. Try again in a second.",
    ],
    [
      status(401),
      "I can't think right now: the language model at llm.lab:8000 doesn't accept my request. Whoever runs me needs to look at its settings.",
    ],
    [
      faults.protocol('did not answer in JSON'),
      "I can't think right now: the language model at llm.lab:8000 gives answers I don't understand. Whoever runs me needs to look at its settings.",
    ],
    [
      faults.interrupted(undefined),
      'My answer broke off: the language model at llm.lab:8000 stopped in the middle. Ask me again.',
    ],
    [
      faultsOf('stt', 'https://whisper.lab').connection(refused),
      "I can't hear anyone: the speech recogniser at whisper.lab doesn't answer. Try again in a minute.",
    ],
    [
      faultsOf('tts', 'built-in').connection(refused),
      "I can't speak right now: the voice at built-in doesn't answer. Try again in a minute.",
    ],
    [new TypeError('x is not a function'), 'I ran into a fault of my own. Try again in a minute.'],
  ])('%s', (error, sentence) => {
    expect(explainToPerson(error)).toBe(sentence)
  })
})

describe('operators read the address, the fault and the remedy', () => {
  test.each([
    [
      faults.connection(refused),
      "the language model at http://llm.lab:8000/llm doesn't answer (ECONNREFUSED). See whether it runs and can be reached from here; LLM_URL or RAY_SERVE_URL says where it is.",
    ],
    [
      faults.connection(Object.assign(new Error(), { code: 'ENOTFOUND' })),
      "the language model at http://llm.lab:8000/llm doesn't answer (ENOTFOUND). That host name is unknown here: check LLM_URL or RAY_SERVE_URL.",
    ],
    [
      faults.connection(Object.assign(new Error(), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })),
      "the language model at http://llm.lab:8000/llm doesn't answer (DEPTH_ZERO_SELF_SIGNED_CERT). Its certificate is not trusted here: set NODE_EXTRA_CA_CERTS.",
    ],
    [
      status(403),
      'the language model at http://llm.lab:8000/llm refused the request (403). Set INFERENCE_API_KEY to a key that it accepts.',
    ],
    [
      faults.status({ status: 404, retryAfterMs: undefined, detail: "model 'llama3' not found" }),
      "the language model at http://llm.lab:8000/llm refused the request (404): model 'llama3' not found. Check LLM_URL or RAY_SERVE_URL, and that LLM_MODEL names a model it has.",
    ],
    [
      faults.timeout('stall', 20_000),
      'the language model at http://llm.lab:8000/llm fell silent in the middle of its answer for 20 s. See whether it runs and can be reached from here; LLM_URL or RAY_SERVE_URL says where it is.',
    ],
    [
      faults.breakerOpen(1_500),
      'the language model at http://llm.lab:8000/llm failed several times in a row and is left alone for 2 s. See whether it runs and can be reached from here; LLM_URL or RAY_SERVE_URL says where it is.',
    ],
  ])('%s', (error, line) => {
    expect(error).toBeInstanceOf(InferenceError)
    expect(explainToOperator(error)).toBe(line)
  })
})
