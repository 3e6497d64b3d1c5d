package demo

import (
	"fmt"

	"regulars/app/sys/db"
)

var (
	firsts   = []string{"Ada", "Tom", "Ruth", "Bilal", "Ottoline", "Hana", "Leigh", "Esme", "Martin", "Ines", "Sol", "Mina", "Jonah", "Nadia", "Owen", "Priya", "Callum", "Zoe", "Felix", "Amara", "Iris", "Hugo", "Lena", "Theo", "Nora", "Kofi", "Maya", "Elias", "Rosa", "Jude"}
	lasts    = []string{"Bello", "Okafor", "Adeyemi", "Haroun", "Grey", "Weiss", "Tran", "Hart", "Shaw", "Calder", "Marchetti", "Joshi", "Pike", "Rahman", "Price", "Nair", "Reid", "Lund", "Moreau", "Osei", "Quinn", "Vega", "Novak", "Blake", "Frost", "Mensah", "Silva", "Berg", "Costa", "Lowe"}
	places   = []string{"Harbour", "Lantern", "Priory", "Northgate", "South Bank", "Clay", "Riverside", "Foundry", "Fern", "Orchard", "Station", "Market", "Castle", "Mill", "Chapel", "Garden", "Canal", "Bridge", "Tower", "Meadow"}
	trades   = []string{"Bakery", "Room", "Dental", "Studios", "Books", "Pottery", "Guesthouse", "Yoga", "Kitchen", "School", "Theatre", "Florist", "Deli", "Brewery", "Garage", "Pharmacy", "Gallery", "Hotel", "Law", "Design"}
	surnames = []string{"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "林", "郭", "何", "高", "罗", "郑", "梁", "谢", "宋", "唐", "许", "邓", "冯", "韩", "曹", "曾", "单", "翟", "欧阳"}
	givens   = []string{"伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "艳", "勇", "军", "杰", "娟", "涛", "明", "超", "霞", "平", "刚", "桂英", "秀兰", "建国", "晓明", "雨桐", "子涵", "梓萱", "浩然", "欣怡", "思远"}
	cities   = []string{"杭州", "上海", "苏州", "宁波", "南京", "重庆", "长沙", "厦门", "成都", "西安"}
	brands   = []string{"茗香", "清源", "和记", "百味", "春晖", "同福", "雅集", "云上", "青瓷", "望湖", "悦来", "丰禾"}
	kinds    = []string{"茶业有限公司", "餐饮管理有限公司", "酒店", "茶楼", "贸易有限公司", "食品有限公司", "文化传播有限公司", "书店"}
	regions  = []string{"Bristol", "Bath", "London", "Cardiff", "Exeter", "Leeds"}
	sources  = []string{"Walk-in", "Referral", "Website", "Market stall", "Trade fair"}
	products = []struct {
		name, code, unit, category string
		price                      int64
		last                       int
	}{
		{"House espresso 招牌拼配", "HE-1", "kg", "Coffee", 2200, 14}, {"Decaf 低因咖啡", "DC-1", "kg", "Coffee", 2450, 21},
		{"Longjing 龙井", "LJ-50", "tin", "Tea", 3200, 30}, {"Oolong 铁观音", "OL-50", "tin", "Tea", 2800, 30},
		{"Jasmine pearls 茉莉龙珠", "JP-50", "tin", "Tea", 1900, 30}, {"Filter papers 滤纸", "FP-100", "box", "Things", 650, 40},
		{"Gift box 礼盒", "GB-1", "box", "Gifts", 5800, 0}, {"Tasting set 品鉴装", "TS-1", "set", "Gifts", 2600, 0},
		{"Grinder service 磨豆机保养", "GS-1", "visit", "Service", 6000, 180}, {"Pu'er cake 普洱茶饼", "PE-357", "cake", "Tea", 4500, 60},
	}
	praise    = [2][]string{{"Always quick and friendly.", "The best beans in town.", "You remembered our oven was down. Thank you."}, {"茶很好，老板也热情。", "送货准时，包装用心。", "一直都在这里买，放心。"}}
	middling  = [2][]string{{"Fine, as always.", "Good, a little dear."}, {"还可以，价格稍高。", "味道不错，分量少了点。"}}
	complaint = [2][]string{{"The cups were chipped, twice now.", "The delivery was a day late and two bags short.", "The new blend is too bitter."}, {"送货晚了一天，也没有人通知。", "客服态度不好。", "包装破损，联系了两次没人回。"}}
	waited    = [2][]string{{"Waited 25 minutes and nobody said why.", "The queue was out of the door."}, {"等得太久了。", "排队排到门口。"}}
	served    = [2][]string{{"Hardly any queue these days.", "Never had to wait since the summer."}, {"现在不用排队了。", "不用等，很快。"}}
	remedies  = [2][]string{{"Called, apologised and sent a replacement.", "Rang the same day and changed the delivery time.", "Talked it over with the team and gave the next order at half price."}, {"当天打电话道歉，补发了一份。", "上门说明情况，调整了送货时间。", "和同事核对了流程，下一单打了折。"}}
	talks     = [2][]string{{"Asked about the spring contract and the new decaf.", "Wants prices fixed before the holidays.", "Happy with the last delivery, will order again next week."}, {"问了新茶的价格，下周再联系。", "想要试喝装，已答应寄出。", "确认了送货时间。"}}
	errands   = [2][]string{{"Call about the next order", "Send the tasting set", "Confirm the delivery time", "Ask how the new blend is going"}, {"电话问下次订货", "寄试喝装", "确认送货时间", "回访新茶口感"}}
)

// SecondMachine is how many days ago the made-up shop began to serve from two
// machines: until then the unhappy spoke of waiting, since then the happy do.
const SecondMachine = 100

// words draws a sentence in the customer's language.
func (l *life) words(list [2][]string) string {
	of := list[0]
	if l.chinese {
		of = list[1]
	}
	return of[l.rng.IntN(len(of))]
}

// about is the product that an answer about an order is about: what was bought
// last. An answer about the shop is about none.
func (l *life) about(kind string) db.ID {
	if kind == "nps" || len(l.buys) == 0 {
		return 0
	}
	return db.ID(l.buys[len(l.buys)-1].main)
}

// makeName draws a name; large bases get a number so that names stay apart.
func (l *life) makeName(i int) string {
	pick := func(list []string) string { return list[l.rng.IntN(len(list))] }
	tail := ""
	switch {
	case l.company && l.chinese:
		if i >= 400 {
			tail = fmt.Sprintf("%d店", i)
		}
		return pick(cities) + pick(brands) + pick(kinds) + tail
	case l.company:
		if i >= 400 {
			tail = fmt.Sprintf(" %d", i)
		}
		return pick(places) + " " + pick(trades) + tail
	case l.chinese:
		return pick(surnames) + pick(givens)
	}
	return pick(firsts) + " " + pick(lasts)
}

// phone is a number of a range that is kept for fiction.
func (l *life) phone(i int) (raw, e164 string) {
	if l.chinese {
		n := fmt.Sprintf("1380000%04d", i%10000)
		return n, "+86" + n
	}
	n := fmt.Sprintf("07700 900%03d", i%1000)
	return n, "+447700900" + fmt.Sprintf("%03d", i%1000)
}
