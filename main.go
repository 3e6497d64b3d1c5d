// Regulars is a CRM in one file: it serves a small business from one folder.
package main

import (
	"embed"
	"os"

	"regulars/app/cli"
)

//go:embed docs/*.md templates assets/css assets/js assets/i18n assets/*.svg all:assets/dist
var files embed.FS

// version is set at build time.
var version = "dev"

func main() {
	os.Exit(cli.Main(files, version, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
