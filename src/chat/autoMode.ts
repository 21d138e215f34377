// `auto`: which mode answers a question, by a table of cues, and why. It asks no model, so it costs nothing and can be wrong;
// the person sees the choice and can make another.
import * as l10n from '@vscode/l10n';

export interface PickedMode {
  mode: 'chat' | 'reasoner';
  /** In the person's language: "to find a fault". */
  why: string;
}

interface Cue {
  /** English and Chinese; looked for in the question without its code blocks. */
  patterns: readonly RegExp[];
  why: () => string;
  /** Only counts when the question is about code. */
  aboutCode?: true;
}

const cues: readonly Cue[] = [
  {
    patterns: [
      /\b(debug\w*|bugs?|buggy|stack ?trace|traceback|exceptions?|seg(mentation )?fault|crash(es|ed|ing)?|panics?|hangs?|deadlocks?|race conditions?|memory leaks?|flaky|regression|root cause)\b/i,
      /\b(does ?n[o']t|is ?n[o']t|not|never|stopped) (work|working|compile|compiling|build|building|run|running)\b/i,
      /\b(wrong|unexpected|incorrect) (result|results|output|outputs|answer|value|values|behaviou?r)\b/i,
      /\b(fails?|failing|failed|throws?|errors?)\b/i,
      /调试|报错|错误|崩溃|异常|死锁|竞态|内存泄漏|不工作|不起作用|跑不通|失败|根本原因|排查/,
    ],
    why: () => l10n.t('to find a fault'),
  },
  {
    patterns: [
      /\b(plan|planning|roadmap|architect\w*|trade-?offs?|strateg(y|ies)|migrat(e|es|ing|ion)|pros and cons)\b/i,
      /\b(design|approach|best way|step[- ]by[- ]step|how (should|would) (i|we|you))\b/i,
      /规划|计划|设计|架构|方案|权衡|迁移|利弊|思路|一步一步/,
    ],
    why: () => l10n.t('to make a plan'),
  },
  {
    patterns: [
      /\b(algorithms?|complexity|big[- ]o|dynamic programming|shortest path|np[- ](hard|complete)|recurrence|invariants?)\b|\bO\([^)]+\)/i,
      /\b(optimi[sz]e\w*|faster|data structures?|backtracking|binary search|graph (search|traversal))\b/i,
      /算法|复杂度|动态规划|最短路|优化|数据结构|回溯|二分|贪心|不变量/,
    ],
    why: () => l10n.t('to work out an algorithm'),
  },
  {
    patterns: [
      /\b(prove|proof|theorem|lemma|integral|derivative|probabilit(y|ies)|equations?|matri(x|ces)|modul(o|ar arithmetic)|combinatori\w*|maths?|calculate)\b/i,
      /证明|定理|引理|积分|导数|概率|方程|矩阵|取模|组合数学|数学|计算出/,
    ],
    why: () => l10n.t('to do maths'),
  },
  {
    patterns: [
      /^\s*(but |and |so )?why\b/im,
      /\bwhy (do|does|did|is|isn|are|aren|was|can|won|would|doesn|don|not)\b/i,
      /为什么|为何|怎么会|咋回事|怎么回事|原因是/,
    ],
    why: () => l10n.t('to see why code behaves as it does'),
    aboutCode: true,
  },
];

const codeWords =
  /`|\b(code|functions?|methods?|class(es)?|tests?|variables?|loops?|quer(y|ies)|returns?|compile[rd]?|types?|arrays?|lists?|null|undefined|none|true|false|api|server|thread|async|await|promise|line \d+)\b|[a-z]\w*\(\)|代码|函数|方法|变量|循环|测试|返回|类型|数组|线程|接口|编译/i;

/** Fenced blocks: what somebody pasted says "error" for other reasons than what they ask. */
const codeBlocks = /^[ \t]*(`{3,}|~{3,})[^\n]*\n[\s\S]*?^[ \t]*\1[ \t]*$/gm;

/**
 * @param attachments how many pieces of code go along
 * @param canThink of the model that would answer; undefined where that isn't known
 */
export function pickMode(question: string, attachments: number, canThink: boolean | undefined): PickedMode {
  if (canThink === false) return { mode: 'chat', why: l10n.t('this model does not think') };
  const words = question.replace(codeBlocks, ' `code` ');
  const aboutCode = attachments > 0 || codeWords.test(words);
  const cue = cues.find(
    ({ patterns, aboutCode: needed }) => (aboutCode || !needed) && patterns.some((pattern) => pattern.test(words)),
  );
  if (cue) return { mode: 'reasoner', why: cue.why() };
  return { mode: 'chat', why: l10n.t('a quick answer will do') };
}
