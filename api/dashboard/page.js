// Draws the reports and tries the recommendations. Whatever comes from the server is set as text, never as markup.

const TEXTS = {
  en: {
    subtitle: "Click paths and recommendations of web hall, WAP and app",
    reports: "Reports", try: "Try a recommendation", kind: "Question", channel: "Channel", any: "Any",
    web: "Web hall", wap: "WAP", app: "App", count: "How many", ask: "Ask", model: "Model version", metrics: "Metrics",
    "also-viewed": "Also viewed", "also-bought": "Also bought", "bought-after-viewing": "Bought after viewing", "next-clicks": "Next clicks", "next-items": "Next products", "for-you": "For you", trending: "Trending",
    item: "Item id", page: "Page", visitor: "Visitor id", category: "Category (empty for all)",
    stickiness: "stickiness", none: "No snapshot is published yet. It appears here by itself once the daily run has finished.",
    noReports: "This snapshot carries no reports.", noRows: "No rows.", nothing: "Nothing to recommend.",
    fallback: "Filled up from below the asked model: ", failed: "The server could not be reached.",
    rungs: {
      neighbours: "visits like this one", rules: "what often came later", graph: "what came right after",
      all_channels: "all channels together", attributes: "what is like it", category: "the same category", popular: "what is popular",
      item: "this product", person: "this visitor", channel: "popular on the channel", everywhere: "popular everywhere",
    },
    key: "Key with the scope reports", unlock: "Open", locked: "These reports are opened with a key.",
    all: (count) => `Show all ${count} rows`,
  },
  zh: {
    subtitle: "网厅、WAP 与手厅的点击路径和推荐",
    reports: "报表", try: "试一试推荐", kind: "问题", channel: "渠道", any: "不限",
    web: "网厅", wap: "WAP", app: "手厅", count: "数量", ask: "查询", model: "模型版本", metrics: "运行指标",
    "also-viewed": "也浏览了", "also-bought": "同样购买了这个", "bought-after-viewing": "看了又买", "next-clicks": "下一次点击", "next-items": "下一个商品", "for-you": "为您推荐", trending: "近期上升",
    item: "商品编号", page: "页面", visitor: "访客编号", category: "品类（留空为全部）",
    stickiness: "产品粘性", none: "尚未发布快照。每日任务完成后，此处会自动显示。",
    noReports: "该快照不含报表。", noRows: "没有数据。", nothing: "暂无推荐。",
    fallback: "所问模型不足以填满，已用以下内容补足：", failed: "无法连接服务器。",
    rungs: {
      neighbours: "相似的访问", rules: "之后常见的点击", graph: "紧接着的点击",
      all_channels: "全部渠道合计", attributes: "相似商品", category: "同类商品", popular: "热门内容",
      item: "本商品", person: "该访客", channel: "本渠道热门", everywhere: "全渠道热门",
    },
    key: "具有 reports 权限的密钥", unlock: "打开", locked: "查看这些报表需要密钥。",
    all: (count) => `显示全部 ${count} 行`,
  },
};

const QUESTIONS = {
  "also-viewed": { about: "item", path: (id) => `/v1/items/${id}/also-viewed` },
  "also-bought": { about: "item", path: (id) => `/v1/items/${id}/also-bought` },
  "bought-after-viewing": { about: "item", path: (id) => `/v1/items/${id}/bought-after-viewing` },
  "next-clicks": { about: "page", path: (id) => `/v1/pages/${id}/next-clicks` },
  "next-items": { about: "item", path: (id) => `/v1/items/${id}/next-items` },
  "for-you": { about: "visitor", path: (id) => `/v1/visitors/${id}/recommendations` },
  trending: { about: "category", path: () => "/v1/trending" },
};
const FIRST_ROWS = 25;
const NUMBER_KINDS = new Set(["count", "number", "share", "money", "seconds"]);
const RETRY_MS = 3000;
const SMALL = 0.0001;

const find = (selector) => document.querySelector(selector);
const state = { language: chooseLanguage(), key: recallKey(), locked: false, list: null, report: null, answer: null };

function chooseLanguage() {
  const asked = new URLSearchParams(location.search).get("lang") ?? remember() ?? navigator.language ?? "en";
  return asked.toLowerCase().startsWith("zh") ? "zh" : "en";
}

function remember(language) {
  try {
    if (language) localStorage.setItem("language", language);
    return localStorage.getItem("language");
  } catch {
    return null; // storage may be forbidden; the browser's language will do
  }
}

function recallKey(key) {
  try {
    if (key) sessionStorage.setItem("key", key);
    return sessionStorage.getItem("key");
  } catch {
    return key ?? null; // kept by the page alone, until it is left
  }
}

const say = (key) => TEXTS[state.language][key];
const locale = () => (state.language === "zh" ? "zh-CN" : "en-GB");

function make(tag, { text, className, children = [], ...properties } = {}) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  Object.assign(node, properties);
  node.append(...children);
  return node;
}

async function fetchJson(path) {
  const bearer = /^[!-~]+$/.test(state.key ?? "") ? { Authorization: `Bearer ${state.key}` } : {};
  const response = await fetch(path, { headers: { Accept: "application/json", ...bearer } });
  const document = await response.json();
  if (response.ok) return document;
  const told = [document.detail, ...(document.errors ?? []).map((error) => error.what)].join(" ");
  throw Object.assign(new Error(told), { locked: response.status === 401 || response.status === 403 });
}

const format = {
  text: (value) => String(value),
  count: (value) => value.toLocaleString(locale()),
  number: formatNumber,
  share: (value) => value.toLocaleString(locale(), { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  money: (value) => value.toLocaleString(locale(), { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
  seconds: formatSeconds,
  time: formatTime,
};

function formatNumber(value) {
  if (value > 0 && value < SMALL) return `<${SMALL}`;
  return value.toLocaleString(locale(), { maximumSignificantDigits: 4 });
}

function formatSeconds(value) {
  const unit = (amount, name) =>
    amount.toLocaleString(locale(), { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 1 });
  if (value < 60) return unit(value, "second");
  if (value < 3600) return unit(value / 60, "minute");
  return unit(value / 3600, "hour");
}

function formatTime(value) {
  const moment = new Date(value);
  if (Number.isNaN(moment.getTime())) return String(value);
  return moment.toLocaleString(locale(), { dateStyle: "medium", timeStyle: "short" });
}

function formatCell(value, kind) {
  if (value === null || value === "") return "–";
  if (NUMBER_KINDS.has(kind) && typeof value !== "number") return String(value);
  return format[kind](value);
}

function drawTexts() {
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = say(node.dataset.text);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === state.language));
  }
  drawSubject();
}

function offerQuestions() {
  const options = Object.keys(QUESTIONS).map((kind) => make("option", { value: kind }));
  for (const option of options) option.dataset.text = option.value;
  find("#question").elements.kind.replaceChildren(...options);
}

function drawSubject() {
  const { kind, subject } = find("#question").elements;
  const { about } = QUESTIONS[kind.value];
  find("#subject-label").textContent = say(about);
  subject.required = about !== "category";
}

function drawList() {
  const chapters = new Map();
  for (const entry of state.list?.reports ?? []) {
    const title = entry.chapter[state.language];
    chapters.set(title, [...(chapters.get(title) ?? []), entry]);
  }
  find("#report-list").replaceChildren(...[...chapters].map(([title, entries]) => drawChapter(title, entries)));
  find("#report-list [aria-current=true]")?.scrollIntoView({ block: "nearest", inline: "center" });
  find("#unlock").hidden = !state.locked;
  find("#version").textContent = state.list?.model_version ?? "–";
}

function drawChapter(title, entries) {
  const buttons = entries.map((entry) => {
    const button = make("button", { type: "button", text: entry.title[state.language] });
    button.setAttribute("aria-current", String(entry.name === state.report?.name));
    button.addEventListener("click", () => { location.hash = entry.name; });
    return button;
  });
  return make("div", { className: "chapter", children: [make("h3", { text: title }), make("div", { children: buttons })] });
}

function drawReport() {
  const article = find("#report");
  if (!state.list || !state.report) {
    const text = state.locked ? say("locked") : state.list ? say("noReports") : say("none");
    article.replaceChildren(make("p", { className: "state", text }));
    return;
  }
  const { title, note, columns, rows } = state.report;
  const head = make("tr", { children: columns.map((column) => drawHeading(column)) });
  const body = make("tbody", { children: rows.slice(0, FIRST_ROWS).map((row) => drawRow(row, columns)) });
  const table = make("table", { children: [make("thead", { children: [head] }), body] });
  article.replaceChildren(
    make("h3", { text: title[state.language] }),
    make("p", { className: "note", text: note[state.language] }),
    make("div", { className: "scroll", children: [table], tabIndex: 0 }),
  );
  if (!rows.length) article.append(make("p", { className: "state", text: say("noRows") }));
  if (rows.length > FIRST_ROWS) article.append(drawMore(body, rows, columns));
}

function drawHeading(column) {
  const heading = make("th", { text: column.title[state.language], className: NUMBER_KINDS.has(column.kind) ? "number" : "" });
  heading.scope = "col";
  return heading;
}

function drawRow(row, columns) {
  return make("tr", { children: row.map((value, place) => drawCell(value, columns[place])) });
}

function drawCell(value, { kind, words }) {
  const classes = [NUMBER_KINDS.has(kind) ? "number" : "", value === null ? "missing" : ""];
  const word = words?.[value];
  const cell = make("td", { text: word ? word[state.language] : formatCell(value, kind) });
  if (kind === "share" && typeof value === "number") {
    classes.push("share");
    cell.style.setProperty("--share", Math.max(0, Math.min(1, value)));
  }
  cell.className = classes.filter(Boolean).join(" ");
  return cell;
}

function drawMore(body, rows, columns) {
  const button = make("button", { type: "button", className: "more", text: say("all")(rows.length.toLocaleString(locale())) });
  button.addEventListener("click", () => {
    body.append(...rows.slice(FIRST_ROWS).map((row) => drawRow(row, columns)));
    button.remove();
  });
  return button;
}

function writeReason({ reason, stickiness }) {
  return stickiness === undefined ? reason : `${reason} · ${say("stickiness")} ×${stickiness.toFixed(2)}`;
}

function drawAnswer() {
  const place = find("#answer");
  if (!state.answer) return place.replaceChildren();
  if (state.answer.fault) return place.replaceChildren(make("p", { className: "fault", text: state.answer.fault }));
  const { items, fallback } = state.answer;
  const rows = items.map((item) =>
    make("li", {
      children: [
        make("span", { className: "rank", text: String(item.rank) }),
        make("span", {
          children: [
            make("strong", { text: item.item_id ?? item.page }),
            make("span", { className: "reason", text: writeReason(item), title: say("rungs")[item.rung] ?? item.rung }),
          ],
        }),
      ],
    }),
  );
  const drawn = rows.length ? [make("ol", { children: rows })] : [make("p", { className: "state", text: say("nothing") })];
  if (fallback && rows.length) {
    drawn.unshift(make("p", { className: "state", text: say("fallback") + (say("rungs")[fallback] ?? fallback) }));
  }
  return place.replaceChildren(...drawn);
}

function draw() {
  drawTexts();
  drawList();
  drawReport();
  drawAnswer();
}

function writeQuestion(form) {
  const { kind, subject, channel, n } = Object.fromEntries(new FormData(form));
  const { about, path } = QUESTIONS[kind];
  const query = new URLSearchParams({ n, lang: state.language });
  if (channel) query.set("channel", channel);
  if (about === "category" && subject.trim()) query.set("category", subject.trim());
  return `${path(encodeURIComponent(subject))}?${query}`;
}

async function ask() {
  const form = find("#question");
  if (!form.reportValidity()) return;
  try {
    state.answer = await fetchJson(writeQuestion(form));
  } catch (fault) {
    state.answer = { fault: fault instanceof TypeError ? say("failed") : fault.message };
  }
  drawAnswer();
}

async function readReports() {
  try {
    state.list = await fetchJson("/v1/reports");
    state.locked = false;
    await readReport();
  } catch (fault) {
    state.list = null;
    state.locked = Boolean(fault.locked);
    if (!state.locked) setTimeout(readReports, RETRY_MS);
  }
  draw();
}

async function readReport() {
  const names = state.list.reports.map((entry) => entry.name);
  const wanted = decodeURIComponent(location.hash.slice(1));
  const name = names.includes(wanted) ? wanted : names[0];
  state.report = name ? await fetchJson(`/v1/reports/${encodeURIComponent(name)}`) : null;
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    state.language = button.dataset.language;
    remember(state.language);
    draw();
    if (state.answer && !state.answer.fault) ask();
  });
}
find("#question").elements.kind.addEventListener("change", () => {
  const label = find("#subject-label").textContent;
  drawSubject();
  if (find("#subject-label").textContent !== label) find("#question").elements.subject.value = "";
  state.answer = null;
  drawAnswer();
});
find("#question").addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
find("#unlock").addEventListener("submit", (event) => {
  event.preventDefault();
  state.key = event.target.elements.key.value.trim();
  recallKey(state.key);
  event.target.reset();
  readReports();
});
window.addEventListener("hashchange", async () => {
  if (!state.list) return;
  await readReport();
  draw();
});

offerQuestions();
draw();
readReports();
