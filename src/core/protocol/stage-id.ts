/**
 * Names of stages: where the companion is seen, by what feeds it. Whoever speaks there and whoever shows it must mean the
 * same one. A name becomes a subject with `voiceStageSubject`.
 */

/** The voice session of a Discord server. */
export const discordStage = (guildId: string) => `discord-${guildId}`

/** What is said in a Twitch channel; login names are the same in any case. */
export const twitchStage = (login: string) => `twitch-${login.toLowerCase()}`

/** All conversations that a person has on our own page. */
export const webStage = (platformUserId: string) => `web-${platformUserId}`

/** Whose page a stage is, or undefined for any other stage. */
export function webUserOf(stage: string): string | undefined {
  return stage.startsWith(webStage('')) ? stage.slice(webStage('').length) : undefined
}
