import type { REST } from 'discord.js'
import type { Identity } from '../gateway/sessions.ts'
import { InteractionResponse } from '../interactions/response.ts'
import type { Address, InteractionAddress } from './address.ts'
import { ChannelSurface } from './channel-surface.ts'
import { InteractionSurface } from './interaction-surface.ts'
import type { Surface } from './surface.ts'

export interface SurfaceDeps {
  readonly rest: REST
  readonly interactionRest: REST
  readonly identity: Identity
}

export function openSurface(deps: SurfaceDeps, turnId: string, address: Address): Surface {
  const { rest, interactionRest, identity } = deps
  const { channelId } = address
  const { userId: selfId, applicationId } = identity
  if (address.kind === 'message')
    return new ChannelSurface({
      rest,
      selfId,
      turnId,
      channelId,
      questionId: address.messageId,
      mustExist: true,
    })
  const { interactionId, token } = address
  const response = new InteractionResponse(interactionRest, { applicationId, interactionId, token })
  return new InteractionSurface({ rest, response, selfId, channelId, interactionId })
}

/** Once its token has expired, an interaction is answered by an ordinary message, where we may write one. */
export function openFallback(
  deps: SurfaceDeps,
  turnId: string,
  address: InteractionAddress,
): Surface | undefined {
  if (!address.isMember) return undefined
  const { rest, identity } = deps
  return new ChannelSurface({
    rest,
    selfId: identity.userId,
    turnId,
    channelId: address.channelId,
    questionId: address.originalId || undefined,
    mustExist: false,
  })
}
