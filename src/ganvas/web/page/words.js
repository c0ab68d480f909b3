// What the page says, in English and in Chinese. What is missing in one language is said in English.

const WORDS = {
  skip: ["Skip to the gallery", "跳到画廊"],
  tagline: ["What shall it be?", "想画点什么？"],
  placeholder: { imagine: ["a lonely robot in spring", "春天里孤独的机器人"], compose: ["a calm evening by the river", "河边宁静的傍晚"], "": ["in your own words", "用你自己的话"] },
  idea: ["Your idea", "你的想法"],
  verb: {
    imagine: ["Picture", "画"], compose: ["Music", "音乐"], write: ["Verse", "诗"], vary: ["Vary", "变化"], mix: ["Mix", "混合"], walk: ["Walk", "漫步"],
    recolour: ["Recolour", "换色"], restyle: ["Restyle", "换风格"], push: ["Sliders", "滑块"], plane: ["Sheet", "样张"], point: ["Plane", "平面"], train: ["Train", "训练"], invert: ["Invert", "反演"],
  },
  go: { imagine: ["Draw", "画"], compose: ["Compose", "作曲"], write: ["Write", "写"], "": ["Make", "制作"] },
  kind: { scene: ["picture", "画"], compose: ["music", "音乐"], write: ["verse", "诗"], upload: ["from elsewhere", "外来图片"], sheet: ["sheet", "样张"], restyle: ["restyled", "换风格"], vary: ["variation", "变化"], mix: ["mixture", "混合"], walk: ["walk", "漫步"], recolour: ["recoloured", "换色"], push: ["pushed", "滑块"], plane: ["neighbour", "邻近"], explore: ["explored", "探索"] },
  options: ["Options", "选项"], scene: ["Scene", "场景"], editScene: ["Edit the scene", "编辑场景"], sceneFirst: ["Scene first", "先看场景"],
  field: {
    model: ["Model", "模型"], count: ["How many", "数量"], seed: ["Seed", "种子"], llm: ["Who writes the scene", "谁来写场景"], truncation: ["Variety", "多样性"],
    best_of: ["Best of", "择优"], style: ["Style", "风格"], transparent: ["No background", "无背景"], size: ["Pixels a side", "边长像素"], bars: ["Bars", "小节"], tonic: ["Key", "调"],
    mode: ["Mode", "调式"], tempo: ["Tempo", "速度"], metre: ["Metre", "拍号"], rounds: ["Rounds", "轮数"], amount: ["How far", "幅度"], at: ["Share of the second", "第二幅的比例"],
    frames: ["Frames", "帧数"], seconds: ["Seconds", "秒"], looped: ["Back to the start", "首尾相接"], to: ["Style", "风格"], strength: ["Strength", "强度"], minutes: ["Minutes", "分钟"], form: ["Form", "体裁"], lines: ["Lines", "行数"],
  },
  auto: ["by itself", "自动"], fresh: ["a fresh one", "随机"],
  writer: { auto: ["whoever is there", "自动"], rules: ["rules", "规则"], none: ["nobody: my words alone", "不写，只用原话"], local: ["the local language model", "本地语言模型"] },
  gallery: ["Gallery", "画廊"], search: ["Search", "搜索"], searchWorks: ["Search works", "搜索作品"], all: ["All", "全部"], favourites: ["Favourites", "收藏"], bin: ["Bin", "回收站"],
  works: ["works", "件作品"], none: ["Nothing here yet.", "这里还没有作品。"], noneHint: ["Type an idea above, or drop a picture anywhere.", "在上面写下想法，或把图片拖到页面上。"], notFound: ["Nothing is called that.", "没有找到。"],
  favour: ["Favourite", "收藏"], unfavour: ["No favourite any more", "取消收藏"], pick: ["Pick, to mix or walk", "选取，用于混合或漫步"], unpick: ["Do not pick", "取消选取"], delete: ["Delete", "删除"], restore: ["Have it back", "恢复"], deleted: ["Deleted", "已删除"], undo: ["Undo", "撤销"],
  close: ["Close", "关闭"], previous: ["Previous", "上一件"], next: ["Next", "下一件"], download: ["Download", "下载"], keep: ["Keep", "保留"], keepOne: ["Keep it", "保留"], draw: ["Draw", "画"], more: ["More like this", "更多"],
  made: ["How it was made", "制作方式"], lineage: ["Lineage", "谱系"], parents: ["Made of", "来自"], children: ["Became", "衍生出"], tags: ["Tags", "标签"], tagsHint: ["words, with commas between", "用逗号分隔"], record: ["The whole record", "完整记录"],
  say: { idea: ["Idea", "想法"], writer: ["Scene by", "场景作者"], model: ["Model", "模型"], noise_seed: ["Seed", "种子"], style: ["Style", "风格"], key: ["Key", "调"], tempo: ["Tempo", "速度"], kind: ["Kind", "种类"], size: ["Size", "大小"], chords: ["Chords", "和弦"] },
  elsewhere: ["This picture came from elsewhere: it can be restyled.", "这张图片来自别处，可以换风格。"], isSheet: ["A sheet of several works.", "包含多件作品的样张。"], provenanceRead: ["Ganvas made this: what it was made of is read back.", "这是 Ganvas 的作品，来历已读出。"],
  score: ["Score", "乐谱"], roll: ["Roll", "卷帘"], listen: ["Listen", "聆听"],
  picked: ["picked", "已选"], clear: ["Clear", "清除"], mixTwo: ["Mix", "混合"], walkAll: ["Walk past them", "依次漫步"], pickMore: ["pick one more to mix or walk", "再选一件即可混合或漫步"],
  drawing: ["Share in the drawing", "画面比例"], inStyle: ["Share in the style", "风格比例"], planeHint: ["Drag the dot: the middle is the work itself, the edges are on the way to its neighbours.", "拖动圆点：中间是作品本身，边缘通向它的邻居。"], newPlane: ["Another plane", "换一个平面"], right: ["Right", "横向"], downward: ["Down", "纵向"],
  slidersHint: ["Named directions of the model; several at once.", "模型的命名方向，可同时使用。"], reset: ["Reset", "重置"], palette: ["Palette", "调色板"], addColour: ["One more colour", "加一种颜色"], dropColour: ["One colour less", "减一种颜色"], colour: ["Colour", "颜色"],
  size: ["Size", "大小"], place: ["Place", "位置"], number: ["Count", "数量"], pose: ["Pose", "姿势"], caption: ["What it is", "是什么"], ground: ["Ground", "地面"], sky: ["Sky", "天空"], background: ["Background", "背景"], element: ["Element", "元素"], addElement: ["Add an element", "添加元素"], sceneHint: ["Drag an element to a place, pull its corner for its size. Arrow keys move it, + and − scale it, Delete removes it.", "拖动元素改变位置，拉角改变大小。方向键移动，+ 和 − 缩放，Delete 删除。"], drawnBy: ["Scene by", "场景作者"], keepMany: ["Draw 8 of it", "画 8 幅"],
  job: { queued: ["waiting", "等待中"], running: ["working", "进行中"], done: ["done", "完成"], failed: ["failed", "失败"], cancelled: ["cancelled", "已取消"], interrupted: ["interrupted", "已中断"] },
  cancel: ["Cancel", "取消"], retry: ["Try again", "重试"], goOn: ["Go on", "继续"], dismiss: ["Dismiss", "移除"],
  train: ["Train", "训练"], trainTitle: ["Train a model", "训练模型"], trainHint: ["A zip file of pictures: 50 or more of one kind of thing. Names of files or folders become captions.", "一个图片压缩包：同类图片 50 张以上。文件名或文件夹名会成为说明。"], chooseZip: ["Choose a zip file", "选择压缩包"], begin: ["Begin", "开始"], noTrain: ["Training needs torch: pip install 'ganvas[train]'", "训练需要 torch：pip install 'ganvas[train]'"], trainings: ["Trainings", "训练记录"], imagesSeen: ["pictures seen", "张图片已学"], noSheet: ["The first sheet comes soon.", "第一张样张马上就到。"], healthy: ["Healthy so far.", "目前健康。"], health: ["Health", "健康状况"], useModel: ["Draw with it", "用它来画"], uploading: ["Sending the pictures…", "正在上传…"],
  upload: ["Add a picture", "添加图片"], dropHere: ["Drop a picture to see how it was made, or a zip to train on", "放下图片查看来历，或放下压缩包训练"], dropOther: ["Drop a picture or a zip file of pictures", "请放下图片或图片压缩包"],
  theme: ["Light or dark", "明暗"], language: ["中文", "English"], languageName: ["Show the page in Chinese", "用英文显示页面"], keys: ["Keys: / search, n a new idea, arrows move, Enter open, f favourite, p pick, Delete", "按键：/ 搜索，n 新想法，方向键移动，回车打开，f 收藏，p 选取，Delete 删除"],
  readingVerse: ["Read", "阅读"], waiting: ["one moment", "稍候"],
};

let chinese = (localStorage.getItem("language") ?? navigator.language).startsWith("zh");

/** Return the words of a key, such as "undo" or "verb.mix"; of a key that is not there its last part. */
export function t(key) {
  let found = WORDS;
  for (const part of key.split(".")) found = found?.[part];
  if (!Array.isArray(found)) return key.split(".").at(-1).replaceAll("_", " ");
  return found[chinese ? 1 : 0] ?? found[0];
}

export const has = (key) => Array.isArray(key.split(".").reduce((found, part) => found?.[part], WORDS));
export const language = () => (chinese ? "zh-CN" : "en");

/** Show the page in the other language. */
export function changeLanguage() {
  localStorage.setItem("language", chinese ? "en" : "zh-CN");
  location.reload();
}

document.documentElement.lang = language();
