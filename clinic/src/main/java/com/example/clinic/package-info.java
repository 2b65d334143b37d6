/**
 * A small application with JPA, Thymeleaf, validation and a cache. It has no code of
 * Cairn.
 */
package com.example.clinic;
