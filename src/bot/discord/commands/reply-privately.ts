import type { ResponseBody } from '../interactions/response.ts'
import { messageBody } from '../rest/message-body.ts'
import type { CommandContext } from './command.ts'

/** Fills the private deferred message, or changes the one whose button was pressed. */
export async function replyPrivately(
  { response }: Pick<CommandContext, 'response'>,
  sentence: string,
  components: NonNullable<ResponseBody['components']> = [],
): Promise<void> {
  await response.edit({ ...messageBody(sentence), components })
}
