import { PermissionFlagsBits } from 'discord.js'
import type { Caller } from '../interactions/incoming.ts'

/** Checked at every use: what the menu shows is only a default that each server may change. */
export function mayManageServer({ permissions }: Pick<Caller, 'permissions'>): boolean {
  return (permissions & (PermissionFlagsBits.ManageGuild | PermissionFlagsBits.Administrator)) !== 0n
}
