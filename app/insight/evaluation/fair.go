package evaluation

import (
	"regexp"
	"slices"
	"strings"

	"regulars/app/kit/formula"
	"regulars/app/sys/custom"
)

// By which added fields customers may be judged, weighed and compared: not by what
// somebody is rather than does, not by what is sealed, not by what the shop set
// apart, and not by what is computed from any of these. It is asked each time
// somebody is judged, so that a field that is set apart today counts for nobody
// from then on, whatever was published before.

// Why a field is not used.
const (
	AboutPerson = "person"
	Sealed      = "sealed"
	SetApart    = "apart"
	RestsOn     = "rests"
)

// person are words of what a person is rather than does. Nobody is judged by it.
var person = regexp.MustCompile(`(?i)\b(age|aged|dob|born|birth\w*|gender|sex|male|female|ethnic\w*|race|racial|relig\w*|faith|nationalit\w*|citizenship|mother tongue|native language|skin|disab\w*|pregnan\w*|marital|married|sexual\w*|politic\w*|party membership|health condition|illness\w*|native place|id card)\b` +
	`|年龄|年纪|岁数|出生|生日|性别|男女|民族|种族|宗教|信仰|国籍|籍贯|户籍|母语|肤色|残疾|残障|怀孕|婚姻|婚否|已婚|未婚|性取向|政治面貌|党员|疾病|病史|血型|星座|属相|生肖|身份证`)

// personal are choices that tell what somebody is, whatever the field is called.
var personal = regexp.MustCompile(`(?i)^(men|man|women|woman|mr|mrs|ms|男|女|男性|女性|男士|女士|先生|女士|小姐|[\p{Han}]{1,3}族)$`)

// aboutThePerson tells whether a name speaks of age, gender, origin, belief or
// health.
func aboutThePerson(name string) bool {
	return person.MatchString(strings.NewReplacer("_", " ", "-", " ").Replace(name))
}

// calculable is what formulas may take of a customer where they are judged: what
// happened, not the score itself, nor who they are.
var calculable = []string{"kind", "level", "created_on", "first_order_on", "last_order_on", "last_contact_on", "orders_count", "orders_total", "paid_total", "nps", "open_cases"}

// unfit says why nobody is judged by a field, "" when they may be.
func unfit(f custom.Field, set custom.Set) string {
	switch {
	case f.Unscored:
		return SetApart
	case f.Sensitive:
		return Sealed
	case aboutThePerson(f.NameEN), aboutThePerson(f.NameZH), aboutThePerson(f.Key),
		slices.ContainsFunc(f.Choices, func(c string) bool { return aboutThePerson(c) || personal.MatchString(c) }):
		return AboutPerson
	case f.Kind == custom.Computed && !calculableFrom(f, set):
		return RestsOn
	}
	return ""
}

func calculableFrom(f custom.Field, set custom.Set) bool {
	e, err := formula.Parse(f.Formula)
	if err != nil {
		return false
	}
	return !slices.ContainsFunc(e.Names(), func(name string) bool {
		other, added := set.Find(name)
		if added {
			return other.Kind == custom.Computed || unfit(other, set) != ""
		}
		return !slices.Contains(calculable, name)
	})
}

// sources are the dimensions that have the same records as what formulas take of a
// customer, the orders first: two of these are no two things known of somebody.
var sources = []struct {
	dimension string
	names     []string
}{
	{Purchase, []string{"orders_count", "orders_total", "first_order_on", "last_order_on"}},
	{Payment, []string{"paid_total"}}, {Advocacy, []string{"nps"}}, {Cooperation, []string{"open_cases"}},
}

// restsOn is the dimension whose records a computed field counts once more, "" for
// one that rests on something of its own.
func restsOn(f custom.Field) string {
	if f.Kind != custom.Computed {
		return ""
	}
	e, err := formula.Parse(f.Formula)
	if err != nil {
		return ""
	}
	for _, s := range sources {
		if slices.ContainsFunc(e.Names(), func(name string) bool { return slices.Contains(s.names, name) }) {
			return s.dimension
		}
	}
	return ""
}

// fit are the fields by which customers may be judged.
func fit(set custom.Set) custom.Set {
	return slices.DeleteFunc(slices.Clone(set), func(f custom.Field) bool { return unfit(f, set) != "" })
}

// numeric tells whether a field gives a number that can be put on a scale.
func numeric(added custom.Record, f custom.Field) bool {
	shape := added.Shape(f)
	return shape == custom.Number || shape == custom.Money
}

// within is the version as far as the added fields of today allow: what was set
// apart or deleted since it was published counts for nobody.
func (m Model) within(fair custom.Set) Model {
	m.Own = slices.Clone(m.Own)
	for i, o := range m.Own {
		m.Own[i].shut = o.closed(fair)
		if f, ok := fieldAt(fair, o.Field); ok && o.Kind == ByField {
			m.Own[i].rests = restsOn(f)
		}
	}
	m.Groups = slices.DeleteFunc(slices.Clone(m.Groups), func(g Group) bool {
		return g.added() && !slices.ContainsFunc(fair, func(f custom.Field) bool { return f.Slot() == g.By })
	})
	return m
}

// closed tells whether its field may not be used.
func (o Own) closed(fair custom.Set) bool {
	if o.Kind != ByField {
		return false
	}
	_, ok := fieldAt(fair, o.Field)
	return !ok
}

// added tells whether a group is told apart by a field that the shop added.
func (g Group) added() bool { return g.By != byLevel && g.By != byKind }
