package blob

import (
	"bytes"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is a file type that may be uploaded: the extension says what it claims
// to be, the magic bytes whether it is.
type kind struct {
	mime  string
	magic func(head []byte) bool
}

var (
	zip   = starts("PK\x03\x04", "PK\x05\x06")
	ole   = starts("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	kinds = map[string]kind{
		"png":  {"image/png", starts("\x89PNG\r\n\x1a\n")},
		"jpg":  {"image/jpeg", starts("\xff\xd8\xff")},
		"jpeg": {"image/jpeg", starts("\xff\xd8\xff")},
		"gif":  {"image/gif", starts("GIF87a", "GIF89a")},
		"webp": {"image/webp", at(8, "WEBP")},
		"bmp":  {"image/bmp", starts("BM")},
		"tif":  {"image/tiff", starts("II*\x00", "MM\x00*")},
		"tiff": {"image/tiff", starts("II*\x00", "MM\x00*")},
		"heic": {"image/heic", at(4, "ftypheic", "ftypheix", "ftypmif1", "ftypmsf1", "ftyphevc")},
		"pdf":  {"application/pdf", starts("%PDF-")},
		"docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", zip},
		"xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", zip},
		"pptx": {"application/vnd.openxmlformats-officedocument.presentationml.presentation", zip},
		"odt":  {"application/vnd.oasis.opendocument.text", zip},
		"ods":  {"application/vnd.oasis.opendocument.spreadsheet", zip},
		"odp":  {"application/vnd.oasis.opendocument.presentation", zip},
		"doc":  {"application/msword", ole},
		"xls":  {"application/vnd.ms-excel", ole},
		"ppt":  {"application/vnd.ms-powerpoint", ole},
		"zip":  {"application/zip", zip},
		"csv":  {"text/csv", plain},
		"txt":  {"text/plain", plain},
		"vcf":  {"text/vcard", plain},
		"mp3":  {"audio/mpeg", starts("ID3", "\xff\xfb", "\xff\xf3", "\xff\xf2")},
		"m4a":  {"audio/mp4", at(4, "ftyp")},
		"wav":  {"audio/wav", at(8, "WAVE")},
		"ogg":  {"audio/ogg", starts("OggS")},
		"amr":  {"audio/amr", starts("#!AMR")},
		"mp4":  {"video/mp4", at(4, "ftyp")},
		"mov":  {"video/quicktime", at(4, "ftyp", "moov", "wide", "mdat")},
		"webm": {"video/webm", starts("\x1aE\xdf\xa3")},
	}
)

// Sniff tells a file's type from its first bytes (512 are enough) and its name.
// ok is false when the type is not on the list, when name and content disagree,
// or when the name hides something; SVG and HTML are never on the list.
func Sniff(head []byte, name string) (mime string, ok bool) {
	if strings.ContainsFunc(name, deceptive) || !utf8.ValidString(name) {
		return "", false
	}
	ext := strings.TrimPrefix(path.Ext(name), ".")
	k, known := kinds[strings.ToLower(ext)]
	if !known || !k.magic(head) {
		return "", false
	}
	return k.mime, true
}

// CleanName makes a file name fit to be shown and offered for download: no
// folders, no invisible characters, none that a file system refuses, at most
// 200 bytes with the extension kept.
func CleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if deceptive(r) {
			return -1
		}
		if strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(name, ". ")
	if name == "" {
		return "file"
	}
	ext := path.Ext(name)
	if len(ext) > 20 {
		ext = ""
	}
	return cut(strings.TrimSuffix(name, ext), 200-len(ext)) + ext
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// deceptive characters are invisible or turn the direction of the text around.
func deceptive(r rune) bool { return unicode.Is(unicode.C, r) || r == '\u2028' || r == '\u2029' }

func starts(magics ...string) func([]byte) bool { return at(0, magics...) }

func at(offset int, magics ...string) func([]byte) bool {
	return func(head []byte) bool {
		for _, m := range magics {
			if len(head) >= offset && bytes.HasPrefix(head[offset:], []byte(m)) {
				return true
			}
		}
		return false
	}
}

// plain is text in any encoding that ASCII is part of, or UTF-16 with its mark,
// and nothing that a browser would take for a page.
func plain(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return true
	}
	for _, c := range head {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b {
			return false
		}
	}
	start := strings.ToLower(string(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n\f")))
	for _, page := range []string{"<!doctype", "<html", "<head", "<body", "<script", "<svg", "<?xml", "<iframe"} {
		if strings.HasPrefix(start, page) {
			return false
		}
	}
	return true
}
