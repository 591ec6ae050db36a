import type { GatewayState } from '../../gateway/gateway-state.ts'
import { ok, type Route } from '../route.ts'

/** Where the gateway is and how often one may still identify today (gateway.mdx, "Get Gateway Bot"). */
export function gatewayRoutes(gateway: () => GatewayState): readonly Route[] {
  const url = () => gateway().discord.origin.replace('http', 'ws')
  return [
    { method: 'GET', path: '/gateway', needsToken: false, handle: () => ok({ url: url() }) },
    {
      method: 'GET',
      path: '/gateway/bot',
      handle: () =>
        ok({
          url: url(),
          shards: gateway().options.recommendedShards,
          session_start_limit: startLimit(gateway()),
        }),
    },
  ]
}

const dayMs = 86_400_000

function startLimit({ identified, options, discord }: GatewayState): object {
  const today = identified.filter(({ at }) => at > discord.clock.now() - dayMs)
  return {
    total: options.identifiesPerDay,
    remaining: Math.max(0, options.identifiesPerDay - today.length),
    reset_after: today[0] === undefined ? 0 : today[0].at + dayMs - discord.clock.now(),
    max_concurrency: options.maxConcurrency,
  }
}
