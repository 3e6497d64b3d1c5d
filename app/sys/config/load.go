package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/spf13/viper"
)

const fileName = "config.yaml"

// Options is what the command line knows before anything is read.
type Options struct {
	ConfigFile string            // --config; empty reads config.yaml in the data folder, if there is one
	DataDir    string            // --data
	Flags      map[string]string // other flags that were really given, by key name
	Environ    []string          // nil means the process's environment
}

// source is one place that sets keys.
type source struct {
	name   string
	values map[string]any
}

// Load finds, merges and checks the configuration. The error is an *Error with
// every problem as a plain sentence, or says which file could not be read.
func Load(opts Options) (Config, error) {
	if opts.Environ == nil {
		opts.Environ = os.Environ()
	}
	env, problems := readEnvironment(opts.Environ)
	flags := source{name: "flag", values: map[string]any{}}
	for key, value := range opts.Flags {
		flags.values[key] = value
	}
	if opts.DataDir != "" {
		flags.values["data_dir"] = opts.DataDir
	}

	file, dir, err := readFile(opts.ConfigFile, flags, env)
	if err != nil {
		return Config{}, err
	}
	for _, s := range []source{file, flags} {
		problems = append(problems, unknown(s)...)
	}
	cfg, wrong := assemble(file, env, flags)
	problems = append(problems, wrong...)
	cfg.DataDir = dir
	problems = append(problems, cfg.contradictions()...)
	if len(problems) > 0 {
		return Config{}, &Error{Problems: problems}
	}
	return cfg, nil
}

// assemble lets viper merge the sources, weakest first, and puts the winning
// values through their checks.
func assemble(sources ...source) (Config, []string) {
	v := viper.New()
	cfg := Config{origin: map[string]string{}}
	var problems []string
	for _, k := range Keys() {
		v.SetDefault(k.Name, k.Default)
	}
	for _, s := range sources {
		for key, value := range s.values {
			if value == nil {
				continue
			}
			v.Set(key, value)
			cfg.origin[key] = s.name
		}
	}
	for _, k := range Keys() {
		raw := v.Get(k.Name)
		if raw == "" && k.Default != "" {
			raw = k.Default
		}
		if err := k.set(&cfg, raw); err != nil {
			problems = append(problems, k.Name+" "+err.Error())
		}
	}
	if cfg.SMTP.Port == 0 {
		cfg.SMTP.Port = map[string]int{"tls": 465, "starttls": 587, "none": 25}[cfg.SMTP.Security]
	}
	return cfg, problems
}

// readEnvironment takes the REGULARS_ variables; NAME_FILE names a file that
// holds the value, as container secrets do.
func readEnvironment(environ []string) (source, []string) {
	s := source{name: "environment", values: map[string]any{}}
	keys := map[string]string{}
	for _, k := range Keys() {
		keys[k.Env] = k.Name
	}
	var problems []string
	from := map[string]string{}
	for _, entry := range slices.Sorted(slices.Values(environ)) {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "REGULARS_") {
			continue
		}
		key, known := keys[name]
		if !known {
			key, known = keys[strings.TrimSuffix(name, "_FILE")]
			if known && value != "" {
				content, err := os.ReadFile(value)
				if err != nil {
					problems = append(problems, fmt.Sprintf("%s names a file that cannot be read: %v", name, err))
					continue
				}
				value = strings.TrimRight(string(content), "\r\n")
			}
		}
		switch {
		case !known:
			problems = append(problems, fmt.Sprintf("the environment variable %s is unknown, did you mean %s?", name, nearest(name, envNames())))
		case value == "":
		case from[key] != "":
			problems = append(problems, fmt.Sprintf("%s and %s both set %s, keep one", from[key], name, key))
		default:
			s.values[key] = value
			from[key] = name
		}
	}
	return s, problems
}

// readFile finds the data folder and the file that belongs to it. A file given
// by --config may name the data folder; the one inside the folder may not name
// another.
func readFile(given string, flags, env source) (source, string, error) {
	s := source{name: "file", values: map[string]any{}}
	dir := firstText(flags.values["data_dir"], env.values["data_dir"])
	if given != "" {
		if err := s.read(given); err != nil {
			return s, "", err
		}
		dir = firstText(dir, s.values["data_dir"])
	}
	dir, err := dataDir(dir)
	if err != nil || given != "" {
		return s, dir, err
	}

	path := filepath.Join(dir, fileName)
	err = s.read(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotFolder) {
		return s, dir, nil
	}
	if err != nil {
		return s, dir, err
	}
	if named := firstText(s.values["data_dir"]); named != "" {
		if abs, err := filepath.Abs(named); err != nil || abs != dir {
			return s, dir, fmt.Errorf("%s cannot move the data folder it lies in: remove data_dir or use --data", path)
		}
	}
	return s, dir, nil
}

var errNotFolder = errors.New("not a folder")

func (s *source) read(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		if parent, perr := os.Stat(filepath.Dir(path)); perr == nil && !parent.IsDir() {
			return errNotFolder
		}
		return fmt.Errorf("read configuration: %w", err)
	}
	if info.IsDir() {
		return fmt.Errorf("read configuration: %s is a folder, not a file", path)
	}
	v := viper.New()
	v.SetConfigFile(path)
	v.SetConfigType("yaml")
	if err := v.ReadInConfig(); err != nil {
		return fmt.Errorf("read configuration %s: %w", path, err)
	}
	for _, key := range v.AllKeys() {
		s.values[key] = v.Get(key)
	}
	return nil
}

func unknown(s source) []string {
	names, sections := map[string]bool{}, map[string]bool{}
	var known []string
	for _, k := range Keys() {
		names[k.Name] = true
		known = append(known, k.Name)
		if section, _, ok := strings.Cut(k.Name, "."); ok {
			sections[section] = true
		}
	}
	var problems []string
	for key, value := range s.values {
		if names[key] || sections[key] && value == nil {
			continue
		}
		problems = append(problems, fmt.Sprintf("the key %s (%s) is unknown, did you mean %s?", key, s.name, nearest(key, known)))
	}
	sort.Strings(problems)
	return problems
}

// contradictions finds what is wrong between keys that are right one by one.
func (c Config) contradictions() []string {
	var problems []string
	if c.TLS.Mode == "files" && (c.TLS.Cert == "" || c.TLS.Key == "") {
		problems = append(problems, "tls.mode files needs tls.cert and tls.key")
	}
	if c.TLS.Mode == "auto" && c.TLS.Domain == "" {
		problems = append(problems, "tls.mode auto needs tls.domain")
	}
	return problems
}

func firstText(values ...any) string {
	for _, v := range values {
		if s, ok := v.(string); ok && s != "" {
			return s
		}
	}
	return ""
}
