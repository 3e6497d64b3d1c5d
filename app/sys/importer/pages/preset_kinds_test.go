package pages_test

import (
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/importer"
)

// Exports of everything but customers, by program, kind and language: a header
// as the program writes it and a row of invented people. Each must be known by
// its columns and come in whole.
var exports = []struct{ program, kind, file string }{
	{"hubspot", "contacts", "Record ID,First Name,Last Name,Email,Phone Number,Job Title,Associated Company\n1,Ada,Fenwick,ada@example.com,+44 20 7946 0102,Buyer,Harbour Bakery\n"},
	{"hubspot", "contacts", "记录 ID,名字,姓氏,电子邮件,电话号码,关联公司\n1,小棠,林,tang@example.com,+44 20 7946 0103,茗香茶业\n"},
	{"hubspot", "products", "Record ID,Name,SKU,Unit price\n1,Oak table,T-1,120.00\n"},
	{"hubspot", "products", "名称,SKU,单价,产品类型\n龙井,T-2,88,茶\n"},
	{"hubspot", "tasks", "Task Title,Due date,Task Status,Associated Company\nCall them,2026-02-03,Completed,Harbour Bakery\n"},
	{"hubspot", "tasks", "任务标题,截止日期,任务状态\n回电话,2026-02-03,已完成\n"},
	{"zoho", "contacts", "Record Id,Contact Owner,First Name,Last Name,Account Name,Email,Title\nz1,Owner,Ada,Fenwick,Harbour Bakery,ada@example.com,Buyer\n"},
	{"zoho", "contacts", "联系人所有者,姓,名,客户名,邮箱,手机\nOwner,林,小棠,茗香茶业,tang@example.com,13800138000\n"},
	{"zoho", "products", "Product Owner,Product Name,Product Code,Unit Price\nOwner,Oak table,T-1,120\n"},
	{"zoho", "products", "产品名称,产品编码,单价,产品类别\n龙井,T-2,88,茶\n"},
	{"zoho", "tasks", "Task Owner,Subject,Due Date,Status\nOwner,Call them,2026-02-03,Completed\n"},
	{"zoho", "tasks", "任务所有者,主题,到期日期,状态\nOwner,回电话,2026-02-03,已完成\n"},
	{"zoho", "orders", "SO Number,Account Name,Created Time,Product Name,Quantity,List Price\nS-1,Harbour Bakery,2026-01-05,Oak table,2,120\n"},
	{"zoho", "orders", "销售订单编号,客户名,创建时间,产品名称,数量,定价\nS-2,茗香茶业,2026-01-05,龙井,2,88\n"},
	{"pipedrive", "contacts", "Person - Name,Person - Organization,Person - Email - Work,Person - Phone - Work\nAda Fenwick,Harbour Bakery,ada@example.com,+44 20 7946 0102\n"},
	{"pipedrive", "contacts", "人员 - 姓名,人员 - 组织,人员 - 电子邮件\n林小棠,茗香茶业,tang@example.com\n"},
	{"pipedrive", "products", "Product - Name,Product - Product code,Product - Unit price\nOak table,T-1,120\n"},
	{"pipedrive", "products", "产品 - 名称,产品 - 产品代码,产品 - 单价\n龙井,T-2,88\n"},
	{"pipedrive", "tasks", "Activity - Subject,Activity - Due date,Activity - Done,Activity - Organization\nCall them,2026-02-03,Done,Harbour Bakery\n"},
	{"pipedrive", "tasks", "活动 - 主题,活动 - 截止日期,活动 - 完成\n回电话,2026-02-03,是\n"},
	{"pipedrive", "follow-ups", "Note - Content,Note - Add time,Note - Organization\nThey liked the bread,2026-01-05,Harbour Bakery\n"},
	{"pipedrive", "follow-ups", "备注 - 内容,备注 - 添加时间,备注 - 组织\n喜欢龙井,2026-01-05,茗香茶业\n"},
	{"espocrm", "contacts", "firstName,lastName,accountName,emailAddress\nAda,Fenwick,Harbour Bakery,ada@example.com\n"},
	{"espocrm", "contacts", "姓,名,客户,电子邮件,分配的用户\n林,小棠,茗香茶业,tang@example.com,Owner\n"},
	{"espocrm", "tasks", "name,dateEnd,parentName,status\nCall them,2026-02-03,Harbour Bakery,Completed\n"},
	{"espocrm", "tasks", "名称,截止日期,状态,分配的用户\n回电话,2026-02-03,完成,Owner\n"},
	{"google", "contacts", "First Name,Last Name,Organization Name,Organization Title,E-mail 1 - Value\nAda,Fenwick,Harbour Bakery,Buyer,ada@example.com\n"},
	{"google", "contacts", "名字,姓氏,单位名称,电话 1 - 值\n小棠,林,茗香茶业,13800138000\n"},
	{"outlook", "contacts", "First Name,Last Name,Company,Job Title,E-mail Address\nAda,Fenwick,Harbour Bakery,Buyer,ada@example.com\n"},
	{"outlook", "contacts", "名,姓,公司,职务,电子邮件地址\n小棠,林,茗香茶业,经理,tang@example.com\n"},
	{"fxiaoke", "contacts", "姓名,客户名称,职务,手机,负责人\n林小棠,茗香茶业,经理,13800138000,Owner\n"},
	{"fxiaoke", "contacts", "Name,Account Name,Title,Mobile,Owner\nAda Fenwick,Harbour Bakery,Buyer,+44 20 7946 0102,Owner\n"},
	{"fxiaoke", "products", "产品名称,产品编码,标准价格,单位,产品分类\n龙井,T-2,88,盒,茶\n"},
	{"fxiaoke", "products", "Product Name,Product Code,Standard Price\nOak table,T-1,120\n"},
	{"fxiaoke", "orders", "销售订单编号,客户名称,下单日期,产品名称,数量,销售单价\nS-2,茗香茶业,2026-01-05,龙井,2,88\n"},
	{"fxiaoke", "orders", "Sales Order No.,Account Name,Order Date,Product Name,Quantity,Unit Price\nS-1,Harbour Bakery,2026-01-05,Oak table,2,120\n"},
	{"fxiaoke", "payments", "回款编号,销售订单编号,本次回款金额,回款日期,回款方式\nP-1,S-0,50,2026-01-06,转账\n"},
	{"fxiaoke", "payments", "Payment No.,Sales Order No.,Payment Amount,Payment Date,Payment Method\nP-1,S-0,50,2026-01-06,transfer\n"},
	{"fxiaoke", "follow-ups", "客户名称,销售记录类型,销售记录内容,创建时间\n茗香茶业,电话,聊了新茶,2026-01-05\n"},
	{"fxiaoke", "follow-ups", "Account Name,Record Type,Sales Record,Created Time\nHarbour Bakery,call,They liked the bread,2026-01-05\n"},
	{"wecom", "follow-ups", "客户名称,跟进人,跟进时间,跟进方式,跟进内容\n茗香茶业,Owner,2026-01-05,微信,聊了新茶\n"},
	{"wecom", "follow-ups", "Customer name,Follow-up by,Follow-up time,Follow-up content\nHarbour Bakery,Owner,2026-01-05,They liked the bread\n"},
}

func TestExportsOfEveryKindAreKnownByTheirColumns(t *testing.T) {
	a := apptest.New(t)
	a.Import("orders", "order_no,ordered_on,customer,product,quantity,unit_price\nS-0,2026-01-02,Somebody,Chair,1,99\n", importer.Options{CreateMissing: true})
	for _, x := range exports {
		header, _, _ := strings.Cut(x.file, "\n")
		if p, ok := importer.Recognise(x.kind, strings.Split(header, ",")); !ok || p.Name != x.program {
			t.Errorf("%s of %s (%s) are taken for %q", x.kind, x.program, header, p.Name)
			continue
		}
		run, problems := a.Import(x.kind, x.file, importer.Options{CreateMissing: true})
		if got := apptest.Tally(run); got != "1 0 0 0" {
			t.Errorf("%s of %s (%s): %s %q", x.kind, x.program, header, got, problems)
		}
		a.TakeBack(run)
	}
}
