package survey

import "regulars/app/sys/field"

// Where an answer comes from. Only what invited people gave themselves makes a
// score; everything else is counted beside it.
const (
	Invitees  = "invited"  // by mail, link, message or reply
	Assisted  = "assisted" // typed in by a colleague
	FromFile  = "imported"
	OnTheSpot = "place"   // at a poster, a tablet, in a web page
	Rechecks  = "recheck" // asked again after a complaint
)

// Sources lists them.
var Sources = []string{Invitees, Assisted, FromFile, OnTheSpot, Rechecks}

const (
	sourceColumn = `CASE WHEN r.case_id IS NOT NULL THEN 'recheck' WHEN r.channel IN ('email', 'link', 'sms', 'reply') THEN 'invited'
		WHEN r.channel = 'staff' THEN 'assisted' WHEN r.channel = 'import' THEN 'imported' ELSE 'place' END`
	personColumn  = `coalesce(r.rated_id, c.owner_id)`
	levelColumn   = `coalesce(nullif(r.level, ''), ` + levelNow + `)`
	levelNow      = `coalesce(nullif(c.level, ''), (SELECT g.grade FROM customer_stat g WHERE g.customer_id = c.id), '')`
	programColumn = `(SELECT i.program_id FROM survey_invitation i WHERE i.id = r.invitation_id)`
	waveColumn    = `(SELECT i.wave_id FROM survey_invitation i WHERE i.id = r.invitation_id)`
	saidColumn    = `a.question || iif(a.item = '', '', '.' || a.item) || '=' || iif(a.choice <> '', a.choice, printf('%g', a.number))`
	saidWithin    = `EXISTS (SELECT 1 FROM survey_answer a WHERE a.response_id = r.id AND %s)`
)

// divisions are the fields by which answers are told apart and counted, beside
// those of the list itself.
var divisions = []field.Field{
	{Name: "source", Label: "satisfaction.source", Kind: field.Choice, Column: sourceColumn, Choices: Sources},
	{Name: "product_id", Label: "satisfaction.by.product_id", Kind: field.Ref, Column: "x.id", Options: "product",
		Within: `EXISTS (SELECT 1 FROM product x WHERE (x.id = r.product_id OR x.id IN (SELECT o.product_id FROM order_line o WHERE o.order_id = r.order_id)) AND %s)`},
	{Name: "category", Label: "satisfaction.by.category", Kind: field.Text, Column: "x.category",
		Within: `EXISTS (SELECT 1 FROM product x WHERE (x.id = r.product_id OR x.id IN (SELECT o.product_id FROM order_line o WHERE o.order_id = r.order_id)) AND %s)`},
	{Name: "person_id", Label: "satisfaction.by.person_id", Kind: field.Ref, Column: personColumn, Options: "user"},
	{Name: "team_id", Label: "satisfaction.by.team_id", Kind: field.Ref, Column: `(SELECT u.team_id FROM user u WHERE u.id = ` + personColumn + `)`},
	{Name: "level", Label: "satisfaction.by.level", Kind: field.Text, Column: levelColumn},
	{Name: "region", Label: "satisfaction.by.region", Kind: field.Text, Column: "r.region"},
	{Name: "language", Label: "satisfaction.by.language", Kind: field.Text, Column: "r.language"},
	{Name: "program_id", Label: "satisfaction.by.program_id", Kind: field.Ref, Column: programColumn},
	{Name: "wave_id", Label: "satisfaction.by.wave_id", Kind: field.Ref, Column: waveColumn},
	{Name: "poster_id", Label: "satisfaction.by.poster_id", Kind: field.Ref, Column: "r.poster_id"},
	{Name: "order_id", Label: "satisfaction.by.order_id", Kind: field.Ref, Column: "r.order_id"},
	{Name: "question", Label: "satisfaction.by.question", Kind: field.Text, Column: "a.question", Within: saidWithin},
	{Name: "said", Label: "satisfaction.by.said", Kind: field.Text, Column: saidColumn, Within: saidWithin},
	{Name: "topic_id", Label: "satisfaction.by.topic_id", Kind: field.Ref, Column: "h.topic_id", Within: `r.id IN (SELECT h.response_id FROM topic_hit h WHERE %s)`},
	{Name: "worded", Label: "satisfaction.by.worded", Kind: field.Bool,
		Column: "(r.comment <> '' OR EXISTS (SELECT 1 FROM survey_answer a WHERE a.response_id = r.id AND a.words <> ''))"},
	{Name: "rated", Label: "satisfaction.by.rated", Kind: field.Bool, Column: "(r.answers <> '{}')"},
}

// askings are the same of invitations.
var askings = []field.Field{
	{Name: "product_id", Label: "satisfaction.by.product_id", Kind: field.Ref, Column: "x.id", Options: "product",
		Within: `EXISTS (SELECT 1 FROM product x WHERE x.id IN (SELECT o.product_id FROM order_line o WHERE o.order_id = i.order_id) AND %s)`},
	{Name: "category", Label: "satisfaction.by.category", Kind: field.Text, Column: "x.category",
		Within: `EXISTS (SELECT 1 FROM product x WHERE x.id IN (SELECT o.product_id FROM order_line o WHERE o.order_id = i.order_id) AND %s)`},
	{Name: "person_id", Label: "satisfaction.by.person_id", Kind: field.Ref, Column: `coalesce(i.rated_id, c.owner_id)`, Options: "user"},
	{Name: "team_id", Label: "satisfaction.by.team_id", Kind: field.Ref, Column: `(SELECT u.team_id FROM user u WHERE u.id = coalesce(i.rated_id, c.owner_id))`},
	{Name: "level", Label: "satisfaction.by.level", Kind: field.Text, Column: levelNow},
	{Name: "region", Label: "satisfaction.by.region", Kind: field.Text, Column: "c.region"},
	{Name: "language", Label: "satisfaction.by.language", Kind: field.Text, Column: "i.language"},
	{Name: "wave_id", Label: "satisfaction.by.wave_id", Kind: field.Ref, Column: "i.wave_id"},
	{Name: "recheck", Label: "satisfaction.by.recheck", Kind: field.Bool, Column: "(i.case_id IS NOT NULL)"},
}

// Where a group's value stands in another table. An answer about two products
// counts for both.
const (
	oneCategory = ` LEFT JOIN (SELECT DISTINCT category FROM product WHERE category <> '') x ON `
	saying      = ` JOIN survey_answer a ON a.response_id = r.id`
	heard       = ` JOIN (SELECT DISTINCT response_id, question FROM survey_answer) a ON a.response_id = r.id`
	pickKey     = `a.question || char(31) || a.item || char(31) || a.choice`
	pickAt      = `coalesce(a.number, a.position)`
	marks       = `json_array(r.score, a.question, a.item, a.number)`
)

var answerJoins = map[string]string{
	Topic:        ` JOIN topic_hit h ON h.response_id = r.id`,
	"product_id": ` LEFT JOIN product x ON (x.id = r.product_id OR x.id IN (SELECT o.product_id FROM order_line o WHERE o.order_id = r.order_id))`,
	"category": oneCategory + `x.category IN (SELECT p.category FROM product p WHERE p.id = r.product_id
		OR p.id IN (SELECT o.product_id FROM order_line o WHERE o.order_id = r.order_id))`,
}

var askingJoins = map[string]string{
	"product_id": ` LEFT JOIN product x ON x.id IN (SELECT o.product_id FROM order_line o WHERE o.order_id = i.order_id)`,
	"category":   oneCategory + `x.category IN (SELECT p.category FROM product p WHERE p.id IN (SELECT o.product_id FROM order_line o WHERE o.order_id = i.order_id))`,
}
