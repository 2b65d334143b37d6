package dev.cairn;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ApplicationFrames}.
 */
class ApplicationFramesTests {

	private final ApplicationFrames shop = new ApplicationFrames(List.of("com.example.shop"));

	@Test
	void findsTheFirstFrameOfTheApplication() {
		ApplicationFrames frames = new ApplicationFrames(List.of("com.example"));
		StackTraceElement library = new StackTraceElement("java.util.List", "of", "List.java", 1);
		StackTraceElement shop = new StackTraceElement("com.example.Shop", "order", "Shop.java", 2);
		StackTraceElement caller = new StackTraceElement("com.example.Main", "main", "Main.java", 3);
		assertThat(frames.first(List.of(library, shop, caller))).contains(shop);
		assertThat(frames.first(List.of(library))).isEmpty();
	}

	@Test
	void takesWhatStandsInThePackages() {
		assertThat(this.shop.contains("com.example.shop.Order")).isTrue();
		assertThat(this.shop.contains("com.example.shop.cart.Cart$Item")).isTrue();
		assertThat(this.shop.contains("com.example.shopping.Order")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "com.example.shop.Order$$SpringCGLIB$$0", "com.example.shop.Order$$EnhancerBySpring$$1",
			"com.example.shop.Order$HibernateProxy$aB1" })
	void takesNothingThatWasGenerated(String className) {
		assertThat(this.shop.contains(className)).isFalse();
		assertThat(ApplicationFrames.DEFAULT.contains(className)).isFalse();
	}

	@Test
	void takesWhatIsNotOfAFrameworkWithoutPackages() {
		assertThat(ApplicationFrames.DEFAULT.contains("com.example.shop.Order")).isTrue();
		assertThat(ApplicationFrames.DEFAULT.contains("org.springframework.aop.Advisor")).isFalse();
		assertThat(ApplicationFrames.DEFAULT.contains("dev.cairn.spring.context.ArgumentsInterceptor")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "io.opentelemetry.sdk.trace.SdkSpan", "zipkin2.reporter.AsyncReporter",
			"com.codahale.metrics.Timer" })
	void takesNoLibraryOfTracesAndMetrics(String className) {
		assertThat(ApplicationFrames.DEFAULT.contains(className)).isFalse();
	}

}
