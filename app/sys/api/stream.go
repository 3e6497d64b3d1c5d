package api

import (
	"io"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
)

// Stream is the body of an answer that is too large to be held in memory.
type Stream = func(huma.Context)

// Streamed answers with what body holds, size bytes, and closes it when it is sent.
func Streamed(body io.ReadCloser, size int) Stream {
	return func(ctx huma.Context) { humafiber.Unwrap(ctx).Context().SetBodyStream(body, size) }
}
