package text

import "strings"

// The tables hold what a character-by-character dictionary gets wrong: how
// surnames, places and trades are really read, and which words at the ends of a
// company's name say nothing about who it is.

// surnames whose reading as a name differs from the usual one, or that the
// dictionary lists under another reading first.
var surnames = table(`
单 shan|解 xie|仇 qiu|查 zha|曾 zeng|区 ou|盖 ge|翟 zhai|乐 yue|朴 piao|覃 qin|缪 miao|召 shao|种 chong|员 yun
任 ren|华 hua|冼 xian|逄 pang|尉 wei|折 she|那 na|黑 he|祭 zhai|秘 bi|繁 po|车 che|宓 mi|谌 chen|万 wan|隗 wei
都 du|幺 yao|晟 cheng|郗 xi|郇 xun|钭 tou|厍 she|阚 kan|訾 zi|过 guo|卜 bu|柏 bai|贾 jia|句 gou|纪 ji|能 nai
宁 ning|燕 yan|应 ying|相 xiang|葛 ge|佴 nai|逯 lu|呙 guo|瞿 qu|臧 zang|藏 zang|仉 zhang|啜 chuai|莘 shen|牟 mu
谷 gu|石 shi|冯 feng|沈 shen|宿 su|费 fei|俞 yu|强 qiang|曲 qu|盛 sheng|行 xing|长 chang|叶 ye|洗 xian|余 yu
`)

// compounds are the surnames of two characters.
var compounds = table(`
欧阳 ou yang|尉迟 yu chi|万俟 mo qi|澹台 tan tai|长孙 zhang sun|单于 chan yu|令狐 ling hu|诸葛 zhu ge|司马 si ma
上官 shang guan|夏侯 xia hou|皇甫 huang fu|宇文 yu wen|慕容 mu rong|司徒 si tu|公孙 gong sun|轩辕 xuan yuan
钟离 zhong li|东方 dong fang|独孤 du gu|南宫 nan gong|端木 duan mu|呼延 hu yan|闻人 wen ren|赫连 he lian
濮阳 pu yang|公冶 gong ye|太叔 tai shu|申屠 shen tu|鲜于 xian yu|闾丘 lü qiu|司空 si kong|百里 bai li
东郭 dong guo|西门 xi men|拓跋 tuo ba|完颜 wan yan|宰父 zai fu|亓官 qi guan|仲孙 zhong sun|淳于 chun yu|歐陽 ou yang
`)

// phrases are places and words of trade with a reading of their own.
var phrases = table(`
重庆 chong qing|長沙 chang sha|长沙 chang sha|长春 chang chun|长安 chang an|长江 chang jiang|长城 chang cheng
长治 chang zhi|长乐 chang le|长兴 chang xing|成都 cheng du|都江堰 du jiang yan|厦门 xia men|西藏 xi zang
乐山 le shan|乐清 yue qing|乐亭 lao ting|东莞 dong guan|六安 lu an|亳州 bo zhou|蚌埠 beng bu|丽水 li shui
台州 tai zhou|番禺 pan yu|铅山 yan shan|莘县 shen xian|莘庄 xin zhuang|浚县 xun xian|荥阳 xing yang
枞阳 zong yang|歙县 she xian|黟县 yi xian|儋州 dan zhou|渑池 mian chi|中牟 zhong mu|大埔 da bu|黄埔 huang pu
十堰 shi yan|鄱阳 po yang|宿迁 su qian|宿州 su zhou|盱眙 xu yi|句容 ju rong|任丘 ren qiu|任县 ren xian
涡阳 guo yang|喀什 ka shi|洪洞 hong tong|尉犁 yu li|吐鲁番 tu lu fan|齐齐哈尔 qi qi ha er|朝阳 chao yang
单县 shan xian|解州 hai zhou|曾都 zeng du|浣沙 huan sha|会稽 kuai ji|阿坝 a ba|东阿 dong e|砀山 dang shan
郫县 pi xian|犍为 qian wei|珲春 hun chun|桦甸 hua dian|穆棱 mu ling|蔚县 yu xian|井陉 jing xing|蠡县 li xian
银行 yin hang|商行 shang hang|车行 che hang|洋行 yang hang|分行 fen hang|支行 zhi hang|总行 zong hang
行业 hang ye|粮行 liang hang|米行 mi hang|五金行 wu jin hang|会计 kuai ji|音乐 yin yue|乐器 yue qi|大厦 da sha
人参 ren shen|调味 tiao wei|调料 tiao liao|重工 zhong gong|长风 chang feng|长虹 chang hong|重阳 chong yang
的士 di shi|单车 dan che|便宜 pian yi|石家庄 shi jia zhuang|太阳 tai yang|校对 jiao dui|教育 jiao yu|数码 shu ma
便利 bian li|传媒 chuan mei|出差 chu chai|家具 jia ju|中药 zhong yao|朝鲜 chao xian|打的 da di|角落 jiao luo
`)

// usual are characters whose first reading in the dictionary is rarely meant in a name.
var usual = table(`长 chang|都 du|厦 sha|曾 zeng|晟 sheng|乐 le|宝 bao|石 shi|车 che|吗 ma|于 yu|翟 zhai|莎 sha|茜 qian|行 xing|朝 chao|调 tiao|参 shen|会 hui|觉 jue|校 xiao`)

// places are provinces, cities and the endings that go with them; they stand in
// front of a Chinese company's name.
var places = words(`
北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西
甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 中国 石家庄 唐山 秦皇岛 邯郸 保定 廊坊 沧州 太原 大同 呼和浩特 包头
鄂尔多斯 沈阳 大连 鞍山 长春 吉林 哈尔滨 大庆 齐齐哈尔 南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁
杭州 宁波 温州 嘉兴 湖州 绍兴 金华 义乌 衢州 舟山 台州 丽水 合肥 芜湖 蚌埠 马鞍山 安庆 黄山 阜阳 宿州 六安 亳州 福州 厦门
莆田 泉州 漳州 南平 龙岩 宁德 南昌 景德镇 九江 赣州 上饶 济南 青岛 淄博 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 菏泽
郑州 开封 洛阳 平顶山 安阳 新乡 许昌 南阳 商丘 信阳 武汉 黄石 十堰 宜昌 襄阳 荆州 黄冈 长沙 株洲 湘潭 衡阳 岳阳 常德 郴州
广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 河源 清远 东莞 中山 潮州 揭阳 南宁 柳州 桂林 北海 海口 三亚
成都 自贡 攀枝花 泸州 德阳 绵阳 乐山 南充 宜宾 达州 贵阳 遵义 昆明 曲靖 大理 拉萨 西安 宝鸡 咸阳 汉中 榆林 兰州 天水 西宁
银川 乌鲁木齐 喀什 昆山 江阴 张家港 常熟 慈溪 余姚 晋江 顺德
`)

// placeEnds may follow a place: 浙江省, 杭州市.
var placeEnds = []string{"壮族自治区", "回族自治区", "维吾尔自治区", "特别行政区", "自治区", "省", "市"}

// legalHan and legalLatin are forms of company, longest first where one ends with another.
var (
	legalHan = []string{"股份有限责任公司", "有限责任公司", "集团股份有限公司", "股份有限公司", "集团有限公司",
		"控股有限公司", "有限公司", "股份公司", "总公司", "公司", "股份", "集团", "有限合伙", "普通合伙", "合伙企业",
		"个人独资企业", "个体工商户", "個體工商戶", "有限責任公司", "股份有限公司", "株式会社", "合同会社", "有限会社", "주식회사"}
	legalLatin = words(`co company corp corporation inc incorporated ltd limited llc llp lp plc pty pte gmbh mbh ag kg
kgaa ug ohg gbr sa sarl sas srl spa bv nv ab as asa aps oy oyj kk sdn bhd sl slu spzoo sro doo ooo jsc pjsc group holdings holding`)
	legalJoined = map[string]bool{"l l c": true, "s a": true, "s l": true, "s r l": true, "s p a": true, "b v": true,
		"n v": true, "l p": true, "e k": true, "e v": true, "a g": true, "s a s": true, "z o o": true, "sp z o o": true, "s r o": true, "d o o": true}
)

// trades alone do not name a company: 北京银行 and 上海银行 are two.
var trades = words(`银行 大学 医院 航空 航空公司 地铁 机场 日报 电视台 晚报 学院 中学 小学 酒店 宾馆 饭店 商会 协会 工商联 电力 燃气 自来水
水务 公交 电信 移动 联通 烟草 证券 保险 信托 贸易 商贸 科技 网络 电子 食品 服装 建筑 物流 传媒 教育 咨询 医药 餐饮 实业 投资 集团 分公司`)

func table(lines string) map[string][]string {
	m := map[string][]string{}
	for _, entry := range strings.FieldsFunc(lines, func(r rune) bool { return r == '|' || r == '\n' }) {
		if parts := strings.Fields(strings.ReplaceAll(entry, "ü", "v")); len(parts) > 1 {
			m[parts[0]] = parts[1:]
		}
	}
	return m
}

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}
