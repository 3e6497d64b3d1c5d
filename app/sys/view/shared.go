package view

import "io/fs"

// sharedOnly shows the html engine only the folders that all pages share; the
// pages themselves are parsed apart, each into its own clone.
type sharedOnly struct{ fs.FS }

// Open opens a file or folder; the root lists layouts and partials only.
func (s sharedOnly) Open(name string) (fs.File, error) {
	file, err := s.FS.Open(name)
	if err != nil || name != "." {
		return file, err
	}
	return sharedRoot{file}, nil
}

type sharedRoot struct{ fs.File }

// ReadDir lists the shared folders.
func (r sharedRoot) ReadDir(n int) ([]fs.DirEntry, error) {
	dir, ok := r.File.(fs.ReadDirFile)
	if !ok {
		return nil, fs.ErrInvalid
	}
	entries, err := dir.ReadDir(n)
	var kept []fs.DirEntry
	for _, entry := range entries {
		if entry.IsDir() && isShared(entry.Name()+"/") {
			kept = append(kept, entry)
		}
	}
	return kept, err
}
