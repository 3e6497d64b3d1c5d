package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// dataDir makes the folder's path absolute; an empty one becomes the default:
// data beside the program when that place can be written, else the system's
// folder for a person's data.
func dataDir(dir string) (string, error) {
	if dir == "" {
		if program, err := os.Executable(); err == nil {
			if beside := filepath.Join(filepath.Dir(program), "data"); writable(beside) {
				return beside, nil
			}
		}
		return systemDir(runtime.GOOS, os.Getenv)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find the data folder %s: %w", dir, err)
	}
	return abs, nil
}

// writable tells whether dir, or the folder it would be made in, takes a file.
func writable(dir string) bool {
	place := dir
	if _, err := os.Stat(dir); err != nil {
		place = filepath.Dir(dir)
	}
	f, err := os.CreateTemp(place, ".regulars-*")
	if err != nil {
		return false
	}
	_ = f.Close()
	return os.Remove(f.Name()) == nil
}

func systemDir(system string, getenv func(string) string) (string, error) {
	home := getenv("HOME")
	var base string
	switch system {
	case "windows":
		base = getenv("LOCALAPPDATA")
	case "darwin":
		base = join(home, "Library", "Application Support")
	default:
		base = getenv("XDG_DATA_HOME")
		if base == "" {
			base = join(home, ".local", "share")
		}
	}
	if base == "" {
		return "", errors.New("no place for the data was found: say one with --data")
	}
	return filepath.Join(base, "regulars"), nil
}

func join(home string, parts ...string) string {
	if home == "" {
		return ""
	}
	return filepath.Join(append([]string{home}, parts...)...)
}
