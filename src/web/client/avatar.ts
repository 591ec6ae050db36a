interface AvatarOptions {
  /** The address of overlay/chat-avatar.ts, which is too large for the first load. */
  readonly module: string
  readonly avatar: string
  readonly analyser: () => AnalyserNode | undefined
}

/** Has the avatar take the place of the drawn figure, where the machine can draw it; otherwise the figure stays. */
export async function showAvatar(figure: SVGElement, { module, ...options }: AvatarOptions): Promise<void> {
  if (options.avatar === '') return
  const { joinChat } = await import(module)
  await joinChat({ figure, ...options })
}
