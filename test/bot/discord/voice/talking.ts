import type { Channel } from '#test/support/discord/world/channel.ts'
import type { Interaction } from '#test/support/discord/world/interaction.ts'
import type { Person } from '#test/support/discord/world/person.ts'
import { eventually } from '#test/support/eventually.ts'
import { powerAt } from '#test/support/sound.ts'
import { answerHz, question, type Scene, type VoiceWorld } from './voice-world.ts'

/** What the person alone, or everybody, reads in reply to a command. */
export async function told(interaction: Interaction): Promise<string> {
  const { content } = await interaction.waitForMessage((message) => message.content !== '', 15_000)
  return content
}

/** `/join`, until sound can go both ways and the greeting is over. */
export async function join(world: VoiceWorld, { anna, lobby, channel }: Scene): Promise<string> {
  const notice = await told(anna.slash(lobby, 'join'))
  if (!/I listen/.test(notice)) throw new Error(`the bot does not join: ${notice}`)
  await channel.waitForBot()
  await fallsSilent(world, channel)
  return notice
}

/** Until the speaking flag is off. */
export async function fallsSilent({ discord }: VoiceWorld, { record }: Channel): Promise<void> {
  await eventually(
    () =>
      discord.ledger.of('voice.speaking').findLast(({ guildId }) => guildId === record.guildId)?.speaking ===
      0,
  )
}

/** The answer's tone in what is heard of the bot since then. */
async function hearsAnswer(channel: Channel, since: number, withinMs = 10_000): Promise<number> {
  return await eventually(
    async () => {
      const { samples, firstSoundAt } = await channel.heard({ since })
      return powerAt(samples, 48_000, [answerHz]) > 1e9 && firstSoundAt
    },
    { withinMs, everyMs: 50 },
  )
}

/** Speaks a question and hears the answer; milliseconds from the end of the one to the beginning of the other. */
export async function asksAndHears(person: Person, channel: Channel, withinMs?: number): Promise<number> {
  const { endedAt } = await person.speaks(await question())
  return (await hearsAnswer(channel, endedAt, withinMs)) - endedAt
}

/** How often we asked Discord to be let into a channel of this guild. */
export function joinsOf({ discord }: VoiceWorld, guildId: string): number {
  const asked = discord.ledger.of('voice.asked')
  return asked.filter((entry) => entry.guildId === guildId && entry.channelId !== null).length
}
