package satisfaction

import "regulars/app/sys/db"

var (
	sqlProducts      = db.SQL(`SELECT id, name FROM product`)
	sqlPeople        = db.SQL(`SELECT id, name FROM user`)
	sqlTeams         = db.SQL(`SELECT id, name FROM team`)
	sqlPrograms      = db.SQL(`SELECT id, name FROM survey_program`)
	sqlWaves         = db.SQL(`SELECT id, name FROM wave`)
	sqlPosters       = db.SQL(`SELECT id, name FROM poster`)
	sqlTopics        = db.SQL(`SELECT id, name_en, name_zh FROM topic WHERE active = 1 ORDER BY id`)
	sqlTopicsOf      = db.SQL(`SELECT t.id, t.name_en, t.name_zh FROM topic_hit h JOIN topic t ON t.id = h.topic_id WHERE h.response_id = ? ORDER BY t.id`)
	sqlCaseOf        = db.SQL(`SELECT id FROM feedback_case WHERE response_id = ?`)
	sqlPerson        = db.SQL(`SELECT name FROM user WHERE id = ?`)
	sqlPoster        = db.SQL(`SELECT name FROM poster WHERE id = ?`)
	sqlAlone         = db.SQL(`SELECT count(*) < 2 FROM user WHERE status <> 'disabled'`)
	sqlDays          = db.SQL(`SELECT day, placed, score, count(*) AS n FROM survey_anonymous WHERE survey_id = ? GROUP BY day, placed, score ORDER BY day`)
	sqlSecretAnswers = db.SQL(`SELECT answers, placed FROM survey_anonymous WHERE survey_id = ? AND day <= ? ORDER BY key`)
	sqlSecrets       = db.SQL(`SELECT comment FROM survey_anonymous WHERE survey_id = ? AND day <= ? AND comment <> '' ORDER BY key LIMIT 500`)
)

// sqlNames are what groups are called that are known by a number.
var sqlNames = map[string]string{
	"product_id": sqlProducts, "person_id": sqlPeople, "team_id": sqlTeams, "customer_team_id": sqlTeams, "program_id": sqlPrograms, "wave_id": sqlWaves, "poster_id": sqlPosters,
}
