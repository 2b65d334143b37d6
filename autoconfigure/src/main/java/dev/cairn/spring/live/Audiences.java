package dev.cairn.spring.live;

/**
 * Makes audiences.
 */
@FunctionalInterface
public interface Audiences {

	/**
	 * Return an audience of nobody.
	 * @return another one at each call
	 */
	Audience create();

}
