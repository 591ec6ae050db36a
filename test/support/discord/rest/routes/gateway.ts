import { dayMs, type GatewayState, identifiedToday } from '../../gateway/gateway-state.ts'
import { ok, type Route } from '../route.ts'

/** Where the gateway is and how often one may still identify today (gateway.mdx, "Get Gateway Bot"). */
export function gatewayRoutes(gateway: GatewayState): readonly Route[] {
  const url = () => gateway.discord.origin.replace('http', 'ws')
  const shards = gateway.options.recommendedShards
  return [
    { method: 'GET', path: '/gateway', needsToken: false, handle: () => ok({ url: url() }) },
    {
      method: 'GET',
      path: '/gateway/bot',
      handle: () => ok({ url: url(), shards, session_start_limit: startLimit(gateway) }),
    },
  ]
}

function startLimit(gateway: GatewayState): object {
  const { options, discord } = gateway
  const today = identifiedToday(gateway)
  const first = today[0]?.at ?? discord.clock.now() - dayMs
  return {
    total: options.identifiesPerDay,
    remaining: Math.max(0, options.identifiesPerDay - today.length),
    reset_after: first + dayMs - discord.clock.now(),
    max_concurrency: options.maxConcurrency,
  }
}
