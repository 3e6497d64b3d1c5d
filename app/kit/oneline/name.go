package oneline

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"regulars/app/kit/text"
)

// Names have no mark of their own. One is taken where it stands first, beside
// a telephone number, after a label or after "call", "for", 给; and it must
// look like one. Everything else stays a note.

const surnames = `赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲台从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公仉督岳帅缑亢况郈有琴商牟佘佴伯赏墨哈谯笪年爱阳佟肖闫`

var (
	titles    = regexp.MustCompile(`^\p{Han}{1,3}(?:先生|女士|小姐|老师|老板|经理|主任|医生|师傅|总|姐|哥|阿姨|叔叔|太太|董)$`)
	nickname  = regexp.MustCompile(`^(?:小|老|阿)\p{Han}{1,2}$`)
	named     = regexp.MustCompile(`(?i)(?:^|[\s,;])(?:name|customer|client|company|contact|姓名|名字|客户|公司|联系人)\s?:\s?([^\x00\n,;:]{1,60})`)
	toward    = regexp.MustCompile(`^(?:帮我|记得|请|要|去|再|给|跟|和|与|找|约|为|向|让|叫|客户)+`)
	trailing  = regexp.MustCompile(`(?:他|她|您)?(?:说|想|要|让|问|来|又|还|的|需|需要|打算|希望|家|那边)+$`)
	segment   = regexp.MustCompile(`[^\x00\n,;:!?()\[\]"“”「」|/]+`)
	person    = regexp.MustCompile(`^(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Mx)\.?\s)?[\p{Lu}][\p{L}'’.\-]*(?:\s(?:(?:and|&|of|the|de|da|van|von|bin|al)\s)?[\p{Lu}][\p{L}\d'’.\-]*|\s&\s[\p{Lu}][\p{L}'’.\-]*){0,4}`)
	smallName = regexp.MustCompile(`^[\p{L}][\p{L}'’.\-]+(?: [\p{L}][\p{L}'’.\-]+){0,2}$`)
	leadIn    = regexp.MustCompile(`(?i)(?:^|\s)(?:for|from|with|to|mr|mrs|ms|dr)\.?\s+$`)
)

// notNames begin or are sentences, not names.
var notNames = map[string]bool{"a": true, "an": true, "the": true, "hi": true, "hello": true, "hey": true, "dear": true, "please": true, "thanks": true, "thank": true, "ok": true,
	"yes": true, "no": true, "not": true, "i": true, "we": true, "you": true, "he": true, "she": true, "they": true, "it": true, "my": true, "our": true, "new": true, "and": true,
	"but": true, "if": true, "when": true, "what": true, "about": true, "bring": true, "send": true, "sent": true, "ask": true, "tell": true, "pay": true, "paid": true, "get": true,
	"check": true, "see": true, "deliver": true, "delivery": true, "ship": true, "quote": true, "urgent": true, "re": true, "is": true, "was": true, "has": true, "have": true,
	"this": true, "that": true, "there": true, "can": true, "could": true, "would": true, "will": true, "do": true, "don't": true, "nothing": true, "just": true, "also": true,
	"meeting": true, "lunch": true, "coffee": true, "tea": true, "good": true, "great": true, "sorry": true, "for": true, "from": true, "with": true, "to": true, "customer": true,
	"price": true, "total": true, "buy": true, "pick": true, "fix": true, "remember": true, "today": true, "tomorrow": true, "everything": true, "of": true, "at": true, "in": true, "on": true}

// names takes who it is about.
func (c *scan) names() {
	if len(c.out.Chat) > 0 {
		return
	}
	c.each(named, func(m []int, _ int) bool {
		a, b := trimSpan(c.s, m[2], m[3])
		if len(c.out.Names) > 0 || a == b || !c.free(a, b) {
			return false
		}
		c.name(a, b, Certain)
		c.take(m[0], b)
		return true
	})
	first := true
	c.each(segment, func(m []int, _ int) bool {
		a, b := trimSpan(c.s, m[0], m[1])
		if a == b || len(c.out.Names) > 0 {
			return true
		}
		lead := first
		first = false
		if isHan(c.after(a)) {
			c.hanName(a, b, lead)
		} else {
			c.latinName(a, b, lead)
		}
		return true
	})
}

func (c *scan) name(a, b int, sure Sure) {
	n := strings.Join(strings.Fields(c.s[a:b]), " ")
	c.out.Names = append(c.out.Names, Found[Who]{Who{n, text.IsCompany(n) || organisation(n)}, c.take(a, b), sure})
}

// organisation tells more than text.IsCompany: English names of shops.
func organisation(n string) bool {
	words := strings.Fields(strings.ToLower(n))
	for _, w := range words[min(1, len(words)):] {
		switch w {
		case "&", "bakery", "café", "cafe", "studio", "studios", "school", "clinic", "dental", "restaurant", "hotel", "bar", "shop", "store", "stores", "bookshop", "books", "garage", "salon", "gym", "yoga", "church", "press", "works", "coffee", "tea":
			return true
		}
	}
	return false
}

func trimSpan(s string, a, b int) (int, int) {
	for a < b && strings.ContainsRune(" .-\x00\n", rune(s[a])) {
		a++
	}
	for b > a && strings.ContainsRune(" .-\x00\n", rune(s[b-1])) {
		b--
	}
	return a, b
}

// beside tells whether a number or an address stands next to a stretch.
func (c *scan) beside(a, b int) bool {
	at := c.span(a, b)
	near := func(s Span) bool {
		between := ""
		switch {
		case s.Start >= at.End:
			between = c.in.Text[at.End:s.Start]
		case s.End <= at.Start:
			between = c.in.Text[s.End:at.Start]
		}
		return len(between) <= 4 && strings.Trim(between, " ,，:：、\n\t　") == ""
	}
	for _, p := range c.out.Phones {
		if near(p.Span) {
			return true
		}
	}
	for _, e := range c.out.Emails {
		if near(e.Span) {
			return true
		}
	}
	return false
}

// hanName looks at the beginning of a stretch of Chinese.
func (c *scan) hanName(a, b int, lead bool) {
	said := a // what is asked for before the name
	if m := toward.FindStringIndex(c.s[a:b]); m != nil && m[1] < b-a {
		said = a + m[1]
	}
	end := said
	for end < b && c.s[end] != ' ' {
		_, size := utf8.DecodeRuneInString(c.s[end:])
		end += size
	}
	word := c.s[said:end]
	if m := trailing.FindStringIndex(word); m != nil && m[0] >= 6 {
		word, end = word[:m[0]], said+m[0]
	}
	n := utf8.RuneCountInString(word)
	switch beside, after := c.beside(said, end), said > a || c.asked(a); {
	case n >= 3 && n <= 30 && text.IsCompany(word):
		c.name(said, end, Likely)
	case titles.MatchString(word) && surnamed(word), nickname.MatchString(word) && (lead || after):
		c.name(said, end, Likely)
	case n >= 2 && n <= 4 && surnamed(word) && (n <= 3 || compound(word) || beside):
		if beside {
			c.name(said, end, Certain)
		} else if lead || after {
			c.name(said, end, Likely)
		}
	case n >= 2 && n <= 10 && beside && lead:
		c.name(said, end, Guess)
	}
}

// asked tells whether a word of purpose stands right before i.
func (c *scan) asked(i int) bool {
	at := c.at[i]
	for _, p := range c.out.Purposes {
		if (p.Value == CallBack || p.Value == Visit) && p.Span.End <= at && strings.TrimSpace(c.in.Text[p.Span.End:at]) == "" {
			return true
		}
	}
	return false
}

func surnamed(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return compound(s) || strings.ContainsRune(surnames, r)
}

func compound(s string) bool {
	for _, two := range []string{"欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文", "司徒", "司空", "南宫", "西门", "独孤", "端木", "轩辕", "澹台", "闻人", "呼延", "钟离"} {
		if strings.HasPrefix(s, two) {
			return true
		}
	}
	return false
}

// latinName looks for a name in a stretch of Latin script.
func (c *scan) latinName(a, b int, lead bool) {
	s := c.s[a:b]
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsLetter(r) || i > 0 && s[i-1] != ' ' {
			i += size
			continue
		}
		word, _, _ := strings.Cut(s[i:], " ")
		m := person.FindStringIndex(s[i:])
		if m == nil || notNames[strings.ToLower(strings.Trim(word, ".'"))] {
			i += len(word)
			continue
		}
		end := c.shorten(a+i, a+i+m[1])
		switch beside := c.beside(a+i, end); {
		case beside && (i == 0 || leadIn.MatchString(s[max(0, i-16):i])):
			c.name(a+i, end, Certain)
			return
		case i == 0 && (lead || c.asked(a)), beside, leadIn.MatchString(s[max(0, i-16):i]):
			c.name(a+i, end, Likely)
			return
		}
		i += m[1]
	}
	first, _, _ := strings.Cut(s, " ")
	if lead && smallName.MatchString(s) && c.beside(a, b) && !notNames[strings.ToLower(first)] {
		c.name(a, b, Guess)
	}
}

// shorten cuts words from the end of a name that are none: Maria Please.
func (c *scan) shorten(a, end int) int {
	for {
		i := strings.LastIndexByte(c.s[a:end], ' ')
		if i < 0 {
			return end
		}
		last := strings.ToLower(c.s[a+i+1 : end])
		if !notNames[last] || last == "tea" || last == "coffee" {
			return end
		}
		end = a + i
	}
}
