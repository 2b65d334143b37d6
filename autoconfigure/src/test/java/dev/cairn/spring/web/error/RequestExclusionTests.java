package dev.cairn.spring.web.error;

import java.util.concurrent.ExecutionException;

import jakarta.servlet.ServletException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestExclusion}.
 */
class RequestExclusionTests {

	@Test
	void unwrapsTheExceptionOfAHandler() {
		Exception thrown = new IllegalStateException();
		assertThat(RequestExclusion.unwrap(new ServletException(new ExecutionException(new ServletException(thrown)))))
			.isSameAs(thrown);
	}

	@Test
	void keepsAnExceptionWithoutACause() {
		Exception thrown = new ServletException("no handler");
		assertThat(RequestExclusion.unwrap(thrown)).isSameAs(thrown);
	}

	@Test
	void endsIfTheCausesAreCircular() {
		Exception first = new ServletException("first");
		Exception second = new ServletException("second", first);
		first.initCause(second);
		assertThat(RequestExclusion.unwrap(first)).isIn(first, second);
	}

}
