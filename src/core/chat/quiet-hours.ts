import { z } from 'zod'

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 22:00')

/** When a guild wants no unasked words and no sound: the setting `quietHours` of its scope. */
export const QuietHours = z.object({
  from: timeOfDay,
  to: timeOfDay,
  timeZone: z.string().max(64).refine(isTimeZone, 'expected an IANA time zone such as Europe/Berlin'),
})
export type QuietHours = z.infer<typeof QuietHours>

/** Whether it is quiet at that moment. `from` belongs to the quiet time, `to` does not; equal ends mean all day. */
export function isQuietAt({ from, to, timeZone }: QuietHours, moment: Date): boolean {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const now = format.format(moment)
  return from < to ? from <= now && now < to : from <= now || now < to
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
