export class DiscordTokenError extends Error {
  override readonly name = 'DiscordTokenError'
  constructor(options?: ErrorOptions) {
    super(
      'Discord does not accept the token in DISCORD_TOKEN. Copy a new one from https://discord.com/developers/applications: ' +
        'your application, Bot, Reset Token.',
      options,
    )
  }
}

export class DiscordUnreachableError extends Error {
  override readonly name = 'DiscordUnreachableError'
  readonly apiUrl: string
  constructor(apiUrl: string, options?: ErrorOptions) {
    super(
      `Discord does not answer at ${apiUrl}. Check this machine's network and DISCORD_API_URL, if you set it.`,
      options,
    )
    this.apiUrl = apiUrl
  }
}

/** Discord ended the connection for good; `code` is the gateway's close code. */
export class DiscordDisconnectedError extends Error {
  override readonly name = 'DiscordDisconnectedError'
  readonly code: number
  constructor(code: number) {
    super(`Discord closed the connection and will not take it up again (code ${code}). Restart the bot.`)
    this.code = code
  }
}
