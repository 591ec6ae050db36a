/** Close codes of the stage's feed beside the common ones; 4001 means that this address will never work again. */
export const feedClose = { revoked: 4001, goingAway: 1001, policy: 1008, fault: 1011, tooSlow: 1013 } as const
