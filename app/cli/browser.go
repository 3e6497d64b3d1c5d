package cli

import (
	"log/slog"
	"os"
	"os/exec"
	"runtime"
)

// openBrowser opens the setup page on a desktop; on a server there is none and
// nothing happens.
func openBrowser(url string) {
	var cmd *exec.Cmd
	switch {
	case runtime.GOOS == "darwin":
		cmd = exec.Command("open", url)
	case runtime.GOOS == "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", url)
	case os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "":
		cmd = exec.Command("xdg-open", url)
	default:
		return
	}
	if err := cmd.Start(); err != nil {
		slog.Debug("no browser was opened", "error", err)
	}
}
