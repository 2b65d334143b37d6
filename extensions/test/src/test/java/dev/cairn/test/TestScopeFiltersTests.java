package dev.cairn.test;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TestScopeFilter} and {@link TestScopeWebFilter}.
 */
class TestScopeFiltersTests {

	private final TestScope scope = TestScope.begin();

	@AfterEach
	void end() {
		this.scope.end();
	}

	@Test
	void aRequestBelongsToTheTestThatItNames() throws Exception {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.addHeader(TestScope.HEADER, this.scope.id());
		assertThat(servedWithin(request)).containsExactly(this.scope);
	}

	@Test
	void aRequestOfNoTestIsServed() throws Exception {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.addHeader(TestScope.HEADER, "of a test that is over");
		assertThat(servedWithin(request)).containsExactly((TestScope) null);
	}

	private static List<TestScope> servedWithin(MockHttpServletRequest request) throws Exception {
		List<TestScope> scopes = new ArrayList<>();
		Thread server = new Thread(() -> {
			try {
				new TestScopeFilter().doFilter(request, new MockHttpServletResponse(),
						(served, response) -> scopes.add(TestScope.current()));
				assertThat(TestScope.current()).isNull();
			}
			catch (Exception ex) {
				throw new AssertionError(ex);
			}
		});
		server.start();
		server.join();
		return scopes;
	}

	@Test
	void aReactiveRequestBelongsToTheTestOfItsClient() {
		WebTestClient http = WebTestClient.bindToController(new Controller())
			.webFilter(new TestScopeWebFilter())
			.configureClient()
			.filter(TestScopeWebFilter.client())
			.build();
		http.get().uri("/").exchange().expectBody(String.class).isEqualTo(this.scope.id());
	}

	@RestController
	static class Controller {

		@GetMapping("/")
		Mono<String> scope() {
			return Mono.deferContextual((context) -> Mono.just(context.<TestScope>get(TestScopeAccessor.KEY).id()))
				.subscribeOn(Schedulers.parallel());
		}

	}

}
