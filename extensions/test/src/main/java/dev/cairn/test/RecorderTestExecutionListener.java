package dev.cairn.test;

import java.util.function.BiConsumer;

import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/**
 * Begins and ends the scope of each test method, in which the {@link CairnRecorder}
 * records its signals.
 */
class RecorderTestExecutionListener implements TestExecutionListener, Ordered {

	private static final String SCOPE = TestScope.class.getName();

	@Override
	public void beforeTestMethod(TestContext testContext) {
		if (testContext.hasApplicationContext()) {
			TestScope scope = TestScope.begin();
			testContext.setAttribute(SCOPE, scope);
			recorders(testContext, scope, CairnRecorder::begin);
		}
	}

	@Override
	public void afterTestMethod(TestContext testContext) {
		if (testContext.removeAttribute(SCOPE) instanceof TestScope scope) {
			if (testContext.hasApplicationContext()) {
				recorders(testContext, scope, CairnRecorder::end);
			}
			scope.end();
		}
	}

	private static void recorders(TestContext testContext, TestScope scope,
			BiConsumer<CairnRecorder, TestScope> action) {
		testContext.getApplicationContext()
			.getBeanProvider(CairnRecorder.class)
			.orderedStream()
			.forEach((recorder) -> action.accept(recorder, scope));
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
