/** What one process can be; `all` is every role in one process with the embedded defaults. */
export const roles = ['all', 'bot', 'web', 'worker'] as const
export type Role = (typeof roles)[number]

export function isRole(value: string): value is Role {
  return roles.some((role) => role === value)
}
