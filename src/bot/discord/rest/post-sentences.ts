import { type REST, Routes } from 'discord.js'
import type { Logger } from '#core/telemetry/logger.ts'
import { layOut } from '../answers/layout.ts'
import { messageBody } from './message-body.ts'

const maxMessages = 3

/** Writes to a channel what nobody asked for by a message; where that is not allowed, the log says so. Never rejects. */
export async function postSentences(
  { rest, logger }: { readonly rest: REST; readonly logger: Logger },
  channelId: string,
  text: string,
): Promise<void> {
  try {
    for (const part of layOut(text, maxMessages))
      await rest.post(Routes.channelMessages(channelId), { body: messageBody(part) })
  } catch (error) {
    logger.warn('a notice could not be written to its channel', { channelId, error })
  }
}
