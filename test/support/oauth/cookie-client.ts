import { type Answer, ask } from '#test/support/http-ask.ts'

/** A browser without pages: keeps cookies, follows nothing, sends what a browser sends when one clicks on our pages. */
export class CookieClient {
  readonly cookies = new Map<string, string>()
  readonly #origin: string

  constructor(origin: string) {
    this.#origin = origin
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** As navigating there from one of our own pages. */
  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return await this.#ask({
      path,
      headers: { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'document', ...headers },
    })
  }

  /** As coming back from a provider. */
  async arrive(url: URL): Promise<Answer> {
    return await this.get(`${url.pathname}${url.search}`, { 'sec-fetch-site': 'cross-site' })
  }

  async post(
    path: string,
    fields: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const body = new URLSearchParams(fields).toString()
    const own = { origin: 'null', 'sec-fetch-site': 'same-origin' }
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    return await this.#ask({ method: 'POST', path, headers: { ...own, ...type, ...headers }, body })
  }

  /** Begins a sign-in and says where the browser is sent. */
  async begin(provider: string, query = ''): Promise<URL> {
    const answer = await this.get(`/sign-in/${provider}${query}`)
    if (answer.status !== 303) throw new Error(`the sign-in began with ${answer.status}`)
    return new URL(answer.headers.location ?? '', this.#origin)
  }

  async #ask(question: Parameters<typeof ask>[1]): Promise<Answer> {
    const headers = { ...question.headers, ...(this.cookies.size > 0 ? { cookie: this.cookieHeader } : {}) }
    const answer = await ask(this.#origin, { ...question, headers })
    for (const line of answer.headers['set-cookie'] ?? []) this.#keep(line)
    return answer
  }

  #keep(line: string): void {
    const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
    if (/max-age=0/i.test(line)) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}
