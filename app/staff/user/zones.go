package user

import (
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
)

// zones are offered for choosing; any IANA name is accepted.
var zones = []string{
	"Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "Asia/Seoul", "Asia/Bangkok", "Asia/Jakarta", "Asia/Manila",
	"Asia/Ho_Chi_Minh", "Asia/Kuala_Lumpur", "Asia/Urumqi", "Asia/Kolkata", "Asia/Karachi", "Asia/Dhaka", "Asia/Dubai", "Asia/Riyadh", "Asia/Jerusalem", "Asia/Almaty",
	"Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Paris", "Europe/Madrid", "Europe/Berlin", "Europe/Zurich", "Europe/Rome", "Europe/Amsterdam",
	"Europe/Stockholm", "Europe/Warsaw", "Europe/Athens", "Europe/Kyiv", "Europe/Istanbul", "Europe/Moscow",
	"America/New_York", "America/Toronto", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Vancouver", "America/Mexico_City",
	"America/Bogota", "America/Sao_Paulo", "America/Argentina/Buenos_Aires", "Africa/Cairo", "Africa/Lagos", "Africa/Nairobi", "Africa/Johannesburg",
	"Australia/Perth", "Australia/Sydney", "Pacific/Auckland", "UTC",
}

// Zones are the choices of a time zone, each with what its clocks show now.
// The current value is among them, whatever it is.
func Zones(l *i18n.Locale, current string) []view.Option {
	names := zones
	if current != "" && !has(names, current) {
		names = append([]string{current}, names...)
	}
	var out []view.Option
	for _, name := range names {
		zone, err := cal.Zone(name)
		if err != nil {
			continue
		}
		out = append(out, view.Option{Value: name, Label: place(l, name) + ", " + l.Now().In(zone).Format("15:04")})
	}
	return out
}

func has(list []string, name string) bool {
	for _, n := range list {
		if n == name {
			return true
		}
	}
	return false
}

// place is the zone's city in the reader's language, else as IANA writes it.
func place(l *i18n.Locale, name string) string {
	key := "zone." + strings.ToLower(strings.ReplaceAll(name, "/", "_"))
	if l.Has(key) {
		return l.T(key)
	}
	city := name[strings.LastIndexByte(name, '/')+1:]
	return strings.ReplaceAll(city, "_", " ")
}
