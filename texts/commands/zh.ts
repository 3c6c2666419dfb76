/** What the lender's commands say to a person at a terminal. Chinese is the type; English must be complete. */
export const zh = {
  page: '借款人页面',
  reference: '接口文档',
  contract: '接口契约',
  borrowers: '沙箱借款人（用手机号登录，验证码见 {messages}）',
  invited: '已受邀，额度 ¥50,000',
  inDebt: '样本账本中的额度，有欠款',
  nothingOwed: '样本账本中的额度，无欠款',
  lenderToken: '贷款机构令牌',
  ready: '已就绪。按 Ctrl-C 全部停止。',
  stopping: '正在停止……',
} as const

export type CommandTexts = Readonly<Record<keyof typeof zh, string>>
