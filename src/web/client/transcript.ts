import type { ReplyView, ServerFrame, TurnView } from '../chat/socket-protocol.ts'

/** The conversation as the page knows it. Never changed in place: what is the same object looks the same. */
export type Transcript = readonly TurnView[]

/** What the page shows after one more frame. Frames about turns it does not show change nothing. */
export function applyFrame(turns: Transcript, frame: ServerFrame): Transcript {
  switch (frame.type) {
    case 'snapshot':
      return frame.turns
    case 'said':
      return addTurn(turns, frame)
    case 'start':
      return withReply(turns, frame.turn, () => ({ status: 'running', text: '' }))
    case 'delta':
      return withRunning(turns, frame.turn, (reply) => ({ ...reply, text: reply.text + frame.text }))
    case 'expression':
      return withRunning(turns, frame.turn, (reply) => ({ ...reply, expression: frame.name }))
    case 'end':
      return withReply(turns, frame.turn, () => frame.reply)
    case 'gone':
      return turns.filter((turn) => turn.id !== frame.turn)
    default:
      return turns
  }
}

/** The turn that the person waits for, if any. */
export function unfinished(turns: Transcript): TurnView | undefined {
  return turns.find(({ reply }) => reply.status === 'waiting' || reply.status === 'running')
}

type Running = Extract<ReplyView, { status: 'running' }>

function addTurn(turns: Transcript, said: Extract<ServerFrame, { type: 'said' }>): Transcript {
  if (turns.some((turn) => turn.id === said.turn)) return turns
  const kept = turns.filter((turn) => turn.id !== said.replaces)
  return [...kept, { id: said.turn, said: said.said, reply: { status: 'waiting' } }]
}

function withRunning(turns: Transcript, id: string, change: (reply: Running) => Running): Transcript {
  return withReply(turns, id, (reply) => (reply.status === 'running' ? change(reply) : reply))
}

function withReply(turns: Transcript, id: string, change: (reply: ReplyView) => ReplyView): Transcript {
  const index = turns.findIndex((turn) => turn.id === id)
  const turn = turns[index]
  if (turn === undefined) return turns
  return turns.with(index, { ...turn, reply: change(turn.reply) })
}
