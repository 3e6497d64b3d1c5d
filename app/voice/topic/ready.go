package topic

// ready is a topic that a new shop begins with.
type ready struct{ EN, ZH, Words string }

// everywhere are those of every trade.
var everywhere = []ready{
	{"Waiting", "等待", "wait*, queue*, delay*, slow*, late, took too long, 等, 排队, 太慢, 慢, 迟, 拖"},
	{"Price", "价格", "price*, pricing, expensive, cheap*, cost*, value for money, overpriced, 价格, 价钱, 太贵, 贵, 便宜, 划算, 性价比, 收费"},
	{"Friendliness", "服务态度", "friendl*, rude*, polite*, kind, helpful, staff, smile*, attitude, 态度, 热情, 冷淡, 礼貌, 耐心, 服务员, 店员, 客服"},
	{"Quality", "质量", "quality, broke*, broken, faulty, defect*, damaged, perfect*, 质量, 品质, 坏了, 坏的, 破损, 瑕疵, 做工"},
	{"Delivery", "配送", "deliver*, shipping, shipped, courier*, parcel*, arrived, packag*, 配送, 送货, 发货, 快递, 物流, 包装, 到货"},
	{"Keeping informed", "沟通", "inform*, update*, call back, called back, reply*, replied, answer*, email*, explain*, 通知, 回复, 回电, 沟通, 解释, 告知, 联系不上"},
	{"Ease", "方便", "easy, easily, complicated, difficult, simple, website, app, booking, 方便, 麻烦, 复杂, 简单, 网站, 小程序, 预约"},
}

// trades are those of a trade besides.
var trades = map[string][]ready{
	"food": {
		{"Taste", "口味", "tast*, flavour*, flavor*, delicious, fresh*, bland, coffee, cake*, 味道, 口味, 好吃, 难吃, 好喝, 新鲜, 咖啡"},
		{"Cleanliness", "卫生", "clean*, dirty, hygien*, table*, toilet*, 干净, 卫生, 脏, 异味"},
		{"Seats and room", "环境", "seat*, noisy, loud, cosy, cozy, atmosphere, crowded, 环境, 座位, 吵, 拥挤, 氛围"},
	},
	"wholesale": {
		{"In stock", "库存", "stock*, out of stock, sold out, available, missing, 缺货, 库存, 没货, 断货, 少发"},
		{"Invoices", "发票与账目", "invoice*, bill*, receipt*, statement*, 发票, 开票, 账单, 对账"},
	},
	"repair": {
		{"The repair", "维修", "repair*, fix*, technician*, again broken, spare part*, 维修, 修好, 没修好, 师傅, 配件, 返修"},
		{"Warranty", "保修", "warrant*, guarantee*, 保修, 质保, 三包"},
	},
	"clinic": {
		{"Care", "诊疗", "treat*, doctor*, nurse*, dentist*, pain*, therap*, 医生, 护士, 治疗, 疼, 疗程, 效果"},
		{"Appointments", "预约", "appointment*, booking*, reschedul*, 预约, 改期, 挂号, 约不上"},
		{"Cleanliness", "卫生", "clean*, dirty, hygien*, 干净, 卫生, 脏"},
	},
	"school": {
		{"Teaching", "教学", "teach*, lesson*, explain*, course*, class*, learn*, 老师, 教学, 讲解, 课程, 上课, 学到"},
		{"Timetable", "时间安排", "schedule*, timetable*, cancelled, canceled, time slot*, 时间, 排课, 调课, 停课"},
		{"Progress", "进步", "progress*, improve*, result*, exam*, 进步, 提高, 成绩, 考试"},
	},
	"agency": {
		{"Deadlines", "交付时间", "deadline*, on time, overdue, schedule*, 交付, 截止, 延期, 按时, 进度"},
		{"Ideas", "创意与方案", "idea*, creativ*, design*, concept*, proposal*, 创意, 方案, 设计, 想法"},
	},
}

func readyFor(pack string) []ready { return append(append([]ready{}, everywhere...), trades[pack]...) }
