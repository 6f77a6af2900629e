// SPDX-License-Identifier: Apache-2.0
//
// What the page behind a one-time link says. ja and id are drafts until a native speaker
// has read them.
const ja = {
  title: "緊急 {n}({koban})", untaken: "まだ誰も出ていません。",
  take: "対応する(開いて担当になる)", taking: "送信中…",
  takenBy: "{name} さんが対応しています。あなたが出る必要はありません。",
  used: "このリンクは使用済みです。続きは使った端末か、コンソールで開いてください。",
  gone: "このリンクは無効です。SMS の番号で TAKE と返信するか、コンソールを開いてください。",
  yours: "あなたの担当です。", closed: "この相談は終了しました。",
  away: "つながりません。自動でもう一度試します。電話・無線で動いてください。",
  ended: "このページの時間が終わりました。コンソールでサインインしてください。",
  statuses: "対応状況", on_the_way: "向かっている", on_scene: "現場到着",
  passed_on: "引き継いだ", done: "完了",
  reply: "返信", send: "送る", sent: "受け付けました。送信の結果は下の行に出ます。",
  reads: "相手に届きます。名前が付きます。", discreet: "相手は話せません。電話をかけないでください。",
  textOnly: "文字だけで対応してください。電話をかけないでください。",
  map: "地図で場所を見る", refused: "できませんでした。読み直しました。",
  newer: "新しい文が届いています。読んでから、もう一度送ってください。",
  resident: "相手", automatic: "自動", note: "メモ",
  queued: "送信待ち", sending: "送信中", out: "送信済み", delivered: "届いた", read: "読まれた",
  failed: "送れませんでした", unknown: "届いたか不明", expired: "時間切れで未送信",
};
export type Words = typeof ja;
const id: Words = {
  title: "Darurat {n} ({koban})", untaken: "Belum ada yang menangani.",
  take: "Tangani (buka dan ambil)", taking: "Mengirim…",
  takenBy: "{name} sudah menangani. Anda tidak perlu berangkat.",
  used: "Tautan ini sudah dipakai. Lanjutkan di ponsel yang memakainya, atau di konsol.",
  gone: "Tautan ini tidak berlaku. Balas SMS dengan TAKE dan nomornya, atau buka konsol.",
  yours: "Anda yang menangani.", closed: "Percakapan ini sudah ditutup.",
  away: "Tidak tersambung. Dicoba lagi otomatis. Gunakan telepon atau radio.",
  ended: "Waktu halaman ini habis. Masuklah lewat konsol.",
  statuses: "Status", on_the_way: "Menuju lokasi", on_scene: "Di lokasi",
  passed_on: "Diteruskan", done: "Selesai",
  reply: "Balasan", send: "Kirim", sent: "Diterima. Hasil pengiriman tampil di barisnya.",
  reads: "Sampai ke warga, dengan nama Anda.", discreet: "Warga tidak bisa bicara. Jangan menelepon.",
  textOnly: "Hanya lewat tulisan. Jangan menelepon.",
  map: "Lihat lokasi di peta", refused: "Tidak bisa. Sudah dibaca ulang.",
  newer: "Ada pesan baru. Bacalah dulu, lalu kirim lagi.",
  resident: "Warga", automatic: "Otomatis", note: "Catatan",
  queued: "Menunggu dikirim", sending: "Mengirim", out: "Terkirim", delivered: "Sampai", read: "Dibaca",
  failed: "Gagal dikirim", unknown: "Tidak pasti sampai", expired: "Kedaluwarsa, tidak dikirim",
};
const en: Words = {
  title: "Emergency {n} ({koban})", untaken: "Nobody has taken it yet.",
  take: "Take it (open and claim)", taking: "Sending…",
  takenBy: "{name} has taken it. You do not need to go.",
  used: "This link has been used. Go on with the phone that used it, or at a console.",
  gone: "This link is not valid. Reply to the text with TAKE and its number, or open a console.",
  yours: "It is yours.", closed: "This thread is closed.",
  away: "No connection. Trying again by itself. Act by telephone or radio.",
  ended: "The time of this page is over. Sign in at a console.",
  statuses: "Status", on_the_way: "On the way", on_scene: "On scene",
  passed_on: "Passed on", done: "Done",
  reply: "Reply", send: "Send", sent: "Accepted. What became of it stands at its line.",
  reads: "Reaches the resident, signed with your name.",
  discreet: "The resident cannot speak. Do not call.",
  textOnly: "By text only. Do not call.",
  map: "Show the place on a map", refused: "That was not possible. Read again.",
  newer: "A new message has arrived. Read it, then send again.",
  resident: "Resident", automatic: "Automatic", note: "Note",
  queued: "Waiting", sending: "Sending", out: "Sent", delivered: "Delivered", read: "Read",
  failed: "Not sent", unknown: "Not known whether it arrived", expired: "Expired, not sent",
};
const all: Record<string, Words> = { ja, id, en };
export const wordsOf = (tag: string): Words => all[tag] ?? en;
