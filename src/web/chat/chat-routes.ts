import type { Hono } from 'hono'
import { z } from 'zod'
import type { Author } from '#core/protocol/chat.ts'
import { getTurn } from '#core/store/turns.ts'
import { pageErrors } from '../pages/page-error.ts'
import { readForm } from '../pages/read-form.ts'
import { readTheme } from '../pages/theme.ts'
import type { WebDeps } from '../web-deps.ts'
import type { WebContext, WebEnv } from '../web-env.ts'
import { chatPage } from './chat-page.ts'
import { loadEarlier } from './load-earlier.ts'
import { loadTurns } from './load-turns.ts'
import { ConversationName, homeConversation, newSendKey, placeOf, SendKey, TurnId } from './place.ts'
import { say, stop } from './say.ts'
import type { TurnView } from './socket-protocol.ts'
import { type WaitOptions, waitForEnd } from './wait-for-end.ts'

const optionalTurn = z.union([TurnId, z.literal('').transform(() => undefined)]).optional()
const SendForm = z.object({
  conversation: ConversationName,
  key: SendKey,
  text: z.string(),
  replaces: optionalTurn,
})
const RegenerateForm = z.object({ conversation: ConversationName, key: SendKey, turn: TurnId })
const StopForm = z.object({ conversation: ConversationName, turn: TurnId })

/** The conversation as pages and forms; with a script the WebSocket takes over what the forms do here. */
export function addChatRoutes(app: Hono<WebEnv>, deps: WebDeps): void {
  app.get('/', async (context) => await showConversation(context, deps, homeConversation))

  app.get('/c/:conversation', async (context) => {
    const conversation = ConversationName.safeParse(context.req.param('conversation'))
    if (!conversation.success) throw pageErrors.notFound()
    return await showConversation(context, deps, conversation.data)
  })

  app.post('/chat/send', async (context) => {
    const form = await readForm(context, SendForm)
    return await sayAndWait(context, deps, form)
  })

  app.post('/chat/regenerate', async (context) => {
    const { turn: replaces, ...form } = await readForm(context, RegenerateForm)
    const { text } = await ownTurn(deps, context.get('author'), replaces)
    return await sayAndWait(context, deps, { ...form, text, replaces })
  })

  app.post('/chat/stop', async (context) => {
    const { conversation, turn } = await readForm(context, StopForm)
    const author = context.get('author')
    using lease = deps.chat.feeds.open(author)
    const ended = waitForEnd(lease, turn, waitOptions(deps))
    stop(deps.chat, author, turn)
    await ended
    return context.redirect(`/c/${conversation}`, 303)
  })
}

/** A turn of this person; anybody else's does not exist. */
export async function ownTurn({ chat }: WebDeps, author: Author, turnId: string) {
  const turn = await getTurn(chat.db, turnId).catch((error: unknown) => {
    throw pageErrors.storeAway(error)
  })
  const isOwn =
    turn?.author.platform === author.platform && turn.author.platformUserId === author.platformUserId
  if (turn === undefined || !isOwn) throw pageErrors.notFound()
  return turn
}

interface Form {
  readonly conversation: string
  readonly key: string
  readonly text: string
  readonly replaces?: string | undefined
}

/** Without a script the browser waits for the answer; a slow one is shown as far as it is, by a page that looks again. */
async function sayAndWait(context: WebContext, deps: WebDeps, form: Form) {
  const author = context.get('author')
  using lease = deps.chat.feeds.open(author)
  const said = await say(deps.chat, author, form)
  if (said.type === 'refused')
    return await showConversation(context, deps, form.conversation, { notice: said.notice, draft: form.text })
  await waitForEnd(lease, said.turn, waitOptions(deps))
  return context.redirect(`/c/${form.conversation}#latest`, 303)
}

function waitOptions({ chat, answerWaitMs, signal }: WebDeps): WaitOptions {
  return { db: chat.db, timeoutMs: answerWaitMs, signal }
}

async function showConversation(
  context: WebContext,
  deps: WebDeps,
  conversation: string,
  refused?: { readonly notice: string; readonly draft: string },
) {
  const author = context.get('author')
  using lease = deps.chat.feeds.open(author)
  const place = placeOf(author, conversation)
  const [turns, earlier] = await Promise.all([
    loadTurns(deps.chat, author, place, lease.feed),
    loadEarlier(deps.chat, author),
  ]).catch((error: unknown) => {
    throw pageErrors.storeAway(error)
  })
  const html = chatPage({
    ...deps.persona,
    isDemo: deps.inference.chatModel.isDemo,
    conversation,
    turns,
    earlier,
    theme: readTheme(context),
    assets: deps.assets,
    newKey: newSendKey,
    editing: findEdited(turns, context.req.query('edit')),
    notice: refused?.notice,
    draft: refused?.draft,
    isSignedIn: context.get('session') !== undefined,
  })
  return context.html(html, refused ? 422 : 200)
}

function findEdited(turns: readonly TurnView[], id: string | undefined): TurnView | undefined {
  const last = turns.at(-1)
  return last?.id === id ? last : undefined
}
