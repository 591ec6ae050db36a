import { ApplicationIntegrationType, InteractionContextType } from 'discord.js'

/** For commands that work everywhere, also for people who installed the app for themselves. */
export const everywhere = {
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [
    InteractionContextType.Guild,
    InteractionContextType.BotDM,
    InteractionContextType.PrivateChannel,
  ],
}

/** For commands of a server where the bot is a member. */
export const serversOnly = {
  integration_types: [ApplicationIntegrationType.GuildInstall],
  contexts: [InteractionContextType.Guild],
}
