package web_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/internal/web"
)

func TestServer_QuickAnswersBeforeTheHandler(t *testing.T) {
	t.Parallel()
	server, err := web.New(func(rc *fasthttp.RequestCtx) { rc.SetBodyString("handler") }, web.Config{Quick: func(rc *fasthttp.RequestCtx) bool {
		if string(rc.Path()) != "/kept" {
			return false
		}
		rc.SetBodyString("quick")
		return true
	}})
	require.NoError(t, err)
	for path, want := range map[string]string{"/kept": "quick", "/other": "handler"} {
		rc := new(fasthttp.RequestCtx)
		rc.Request.SetRequestURI(path)
		server.Handler()(rc)
		assert.Equal(t, want, string(rc.Response.Body()), path)
		assert.Equal(t, path == "/kept", len(rc.Response.Header.Peek("X-Request-Id")) == 0, "nothing was made for it")
	}
}

func TestDetach_GivesWhatAServerGives(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		rc := new(fasthttp.RequestCtx)
		web.Detach(t.Context(), rc, secure)
		assert.Equal(t, t.Context(), web.Context(rc))
		assert.Equal(t, secure, web.Secure(rc))
		assert.NotEmpty(t, rc.Response.Header.Peek("Content-Security-Policy"))
		assert.Equal(t, secure, len(rc.Response.Header.Peek("Strict-Transport-Security")) > 0)
		assert.Empty(t, rc.Response.Header.Peek("X-Request-Id"))
	}
}
