/** Japanese has no spaces: the end of the text decides. Longest first within each. */

/** Said while looking for words. */
export const japaneseFillers =
  /(?:えー?っ?と|ええと|えーと|あの[うー]?|その[うー]|うーん|んー|まあ|なんか|こう)[ー、…]*$/u

/** Polite and plain verb ends, final particles, requests and greetings. */
export const japaneseEnd =
  /(?:です|ます|ました|ません|でした|でしょう|ましょう|ください|下さい|だよ|だね|よね|かな|かしら|ない|たい|った|いた|した|んだ|ございます|ありがとう|お願い|おねがい|[よねかぞわ])$/u

/** Particles and connecting forms after which a clause goes on. */
export const japaneseOpen =
  /(?:けれども|けれど|けど|ですが|ますが|から|ので|のに|たら|れば|なら|ながら|とか|って|では|には|とは|より|まで|だけ|[はがをにでともへやのて]|そして|それから|でも|だから|また|いて|して)$/u
