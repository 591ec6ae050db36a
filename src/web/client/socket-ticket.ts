const timeoutMs = 5_000

/** What a socket is opened with where people sign in. A page whose session is over loads itself anew, to sign in. */
export async function fetchTicket(audience: 'chat' | 'voice'): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const answer = await fetch(`/sockets/ticket?for=${audience}`, { method: 'POST', signal })
    if (answer.status === 401) location.reload()
    if (!answer.ok) return undefined
    const { ticket }: { readonly ticket: string } = await answer.json()
    return ticket
  } catch {
    // The line is down; the socket finds out by itself and is tried again.
    return undefined
  }
}
