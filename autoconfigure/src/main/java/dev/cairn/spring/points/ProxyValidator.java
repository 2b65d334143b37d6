package dev.cairn.spring.points;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.cairn.spring.aop.InterceptedMethods;
import dev.cairn.spring.aop.TelemetryAnnotations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Warns of the annotations of all beans, lazy ones and proxies of interfaces included, if
 * the context creates no proxies for them. Looks for the beans only then.
 */
final class ProxyValidator implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(ProxyValidator.class);

	/** The annotations by their advisors, which belong to several features. */
	private static final Map<String, String> ANNOTATIONS = Map.of("cairnTelemetryAdvisor", "@Telemetry",
			"cairnEventAdvisor", "@PublishEvent", "cairnBindAdvisor", "@Bind", "cairnTracedAdvisor", "@Traced",
			"cairnMeteredAdvisor", "@Timed or @Counted");

	private static final int NAMED = 10;

	private final ConfigurableListableBeanFactory beans;

	ProxyValidator(ConfigurableListableBeanFactory beans) {
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (InterceptedMethods.areIntercepted(this.beans)) {
			return;
		}
		Map<String, Class<?>> types = InterceptedMethods.types(this.beans);
		ANNOTATIONS.forEach((advisor, annotation) -> {
			if (this.beans.containsBean(advisor)) {
				warn(annotation, select(types, advisor));
			}
		});
	}

	/** Those with {@code @Telemetry} are selected for it only. */
	private List<String> select(Map<String, Class<?>> types, String advisor) {
		PointcutAdvisor selector = this.beans.getBean(advisor, PointcutAdvisor.class);
		boolean telemetry = selector.getAdvice() instanceof TelemetryMethods;
		return types.entrySet()
			.stream()
			.filter((bean) -> telemetry || !TelemetryAnnotations.isIn(bean.getValue()))
			.filter((bean) -> AopUtils.canApply(selector.getPointcut(), bean.getValue()))
			.map((bean) -> bean.getKey() + " (" + bean.getValue().getName() + ")")
			.toList();
	}

	private static void warn(String annotation, List<String> unseen) {
		if (!unseen.isEmpty()) {
			logger.warn(
					"Cairn: {} has no effect on the beans {}{}, because no proxies are created; remove "
							+ "spring.aop.auto=false, or what excludes AopAutoConfiguration",
					annotation, unseen.stream().limit(NAMED).collect(Collectors.joining(", ")),
					(unseen.size() > NAMED) ? " and " + (unseen.size() - NAMED) + " more" : "");
		}
	}

}
