// What Node itself holds.
setInterval(() => {}, 60_000)
