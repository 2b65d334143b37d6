package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ReflectionUtils;

/**
 * Looks at all beans when they are there: reads the annotations of those too that are
 * made later, and tells of points that mean no method at all.
 */
public final class PointsCheck implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(Points.class);

	private final Points points;

	private final ConfigurableListableBeanFactory beans;

	/**
	 * Create a check.
	 * @param points the points
	 * @param beans the beans
	 */
	public PointsCheck(Points points, ConfigurableListableBeanFactory beans) {
		this.points = points;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		Map<String, Class<?>> types = types();
		types.forEach((name, type) -> this.points.annotated().of(type, name));
		for (ConfiguredMethods methods : this.points.configured()) {
			boolean found = false;
			for (Map.Entry<String, Class<?>> bean : types.entrySet()) {
				found |= !methods.of(bean.getValue(), bean.getKey()).isEmpty();
			}
			if (!found) {
				tell(methods.configured(), types);
			}
		}
	}

	private Map<String, Class<?>> types() {
		Map<String, Class<?>> types = new TreeMap<>();
		for (String name : this.beans.getBeanDefinitionNames()) {
			Class<?> type = type(name);
			if (type != null) {
				types.put(name, type);
			}
		}
		return types;
	}

	private @Nullable Class<?> type(String name) {
		try {
			return AutoProxyUtils.determineTargetClass(this.beans, name);
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("Cairn: the class of the bean {} is not known: {}", name, ex.toString());
			return null;
		}
	}

	private void tell(ConfiguredPoint point, Map<String, Class<?>> types) {
		if (point.method() == null) {
			logger.warn("Cairn: the point {} publishes nothing: no method of a bean fits {} ({})", point.name(),
					point.pointcut(), point.property("pointcut"));
			return;
		}
		logger.warn("Cairn: the point {} publishes nothing: no bean has a method {} ({}); the nearest are {}",
				point.name(), point.method(), point.property("method"),
				Names.nearest(point.method(), names(point.method(), types)));
	}

	/**
	 * In the form in which the wrong one is: with the name of the class, or of the bean.
	 */
	private static Stream<String> names(String wrong, Map<String, Class<?>> types) {
		String owner = wrong.substring(0, wrong.indexOf('#'));
		boolean parameters = wrong.indexOf('(') > 0;
		return types.entrySet()
			.stream()
			.flatMap((bean) -> methods(bean.getValue())
				.map((method) -> owner(owner, bean) + "#" + (parameters ? Names.signature(method) : method.getName())));
	}

	private static String owner(String wrong, Map.Entry<String, Class<?>> bean) {
		if (wrong.indexOf('.') > 0) {
			return bean.getValue().getName();
		}
		return Character.isUpperCase(wrong.charAt(0)) ? bean.getValue().getSimpleName()
				: ScopedProxyUtils.isScopedTarget(bean.getKey()) ? ScopedProxyUtils.getOriginalBeanName(bean.getKey())
						: bean.getKey();
	}

	private static Stream<Method> methods(Class<?> type) {
		return Stream.of(ReflectionUtils.getUniqueDeclaredMethods(type,
				(method) -> !method.isSynthetic() && !Modifier.isPrivate(method.getModifiers())
						&& !Modifier.isStatic(method.getModifiers()) && !Modifier.isFinal(method.getModifiers())
						&& method.getDeclaringClass() != Object.class));
	}

}
