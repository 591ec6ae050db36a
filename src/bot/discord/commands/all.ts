import { ask } from './ask.ts'
import { askAboutThis } from './ask-about-this.ts'
import type { Command } from './command.ts'
import { forget } from './forget.ts'
import { join } from './join.ts'
import { leave } from './leave.ts'
import { persona } from './persona.ts'
import { privacy } from './privacy.ts'
import { settings } from './settings.ts'
import { stop } from './stop.ts'
import { voice } from './voice.ts'

/** Everything we offer behind `/` and in menus, by its English name. */
export const commands: ReadonlyMap<string, Command> = new Map(
  [ask, askAboutThis, join, leave, stop, voice, persona, forget, privacy, settings].map((command) => [
    command.definition.name,
    command,
  ]),
)
