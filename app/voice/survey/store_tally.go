package survey

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
	customerTeam  = `(SELECT u.team_id FROM user u WHERE u.id = c.owner_id)` // of who looks after the customer, whoever served them
	levelColumn   = `coalesce(nullif(r.level, ''), ` + levelNow + `)`
	levelNow      = `coalesce(nullif(c.level, ''), (SELECT g.grade FROM customer_stat g WHERE g.customer_id = c.id), '')`
	programColumn = `(SELECT i.program_id FROM survey_invitation i WHERE i.id = r.invitation_id)`
	waveColumn    = `(SELECT i.wave_id FROM survey_invitation i WHERE i.id = r.invitation_id)`
	saidColumn    = `a.question || iif(a.item = '', '', '.' || a.item) || '=' || iif(a.choice <> '', a.choice, printf('%g', a.number))`
	saidWithin    = `EXISTS (SELECT 1 FROM survey_answer a WHERE a.response_id = r.id AND %s)`
)

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

// levels are those of customers.
var levels = []string{"A", "B", "C", "D"}
